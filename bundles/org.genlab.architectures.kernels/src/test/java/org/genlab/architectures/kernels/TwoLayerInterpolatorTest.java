package org.genlab.architectures.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class TwoLayerInterpolatorTest {
  private static final TwoLayerInterpolator ARCHITECTURE = new TwoLayerInterpolator();

  private static int[] randomLabels(int n, int classes) {
    RandomStream random = RandomStream.of(2, "labels");
    int[] labels = new int[n];
    Arrays.setAll(labels, i -> random.nextInt(classes));
    return labels;
  }

  @Test
  void goesThroughAnyLabelsOfManyPoints() {
    for (int n : new int[] {1, 2, 500, 2000}) {
      float[][] x = Fitted.normal(n, 20, n);
      int[] labels = randomLabels(n, 10);
      float[] outputs = Fitted.to(ARCHITECTURE, x, labels, 10).outputs(x);
      for (int i = 0; i < outputs.length; i++) {
        assertEquals(labels[i / 10] == i % 10 ? 1 : 0, outputs[i], 1e-6);
      }
    }
  }

  @Test
  void goesThroughAnyRealTargets() {
    float[][] x = Fitted.normal(300, 6, 8);
    RandomStream random = RandomStream.of(3, "targets");
    double[] y = new double[300];
    Arrays.setAll(y, i -> random.nextGaussian());
    float[] outputs = Fitted.to(ARCHITECTURE, x, y).outputs(x);
    for (int i = 0; i < y.length; i++) {
      assertEquals(y[i], outputs[i], 1e-6);
    }
  }

  @Test
  void hasTwoWeightsAnExampleAndOneADimension() {
    Fitted fitted = Fitted.to(ARCHITECTURE, Fitted.normal(50, 7, 1), randomLabels(50, 3), 3);
    int weights = fitted.buffers().array("a").size();
    weights += Doubles.unpack(fitted.buffers().array("b")).length;
    weights += Doubles.unpack(fitted.buffers().array("w")).length;
    assertEquals(2 * 50 + 7, weights);
    assertEquals(0, fitted.network().layout().size());
  }

  @Test
  void isTheSumOfRectifiedUnits() {
    double[] z = {3, -1, 0.5, 2};
    double[] y = {1, -2, 4, 0};
    Interpolation c = Interpolation.through(z, y);
    for (int i = 0; i < z.length; i++) {
      assertEquals(y[i], c.at(z[i]), 1e-12);
    }
    assertEquals(4, c.w().length);
    for (double at : new double[] {-5, -1.2, 0, 0.7, 2.2, 100}) {
      double sum = 0;
      for (int j = 0; j < 4; j++) {
        sum += c.w()[j] * Math.max(at - c.b()[j], 0);
      }
      assertEquals(sum, c.at(at), 1e-9);
    }
    double[] sorted = {-1, 0.5, 2, 3};
    for (int j = 0; j < 4; j++) {
      assertTrue(c.b()[j] < sorted[j] && (j == 0 || c.b()[j] > sorted[j - 1]));
    }
  }

  @Test
  void theNearestClassIsTheAnswerElsewhere() {
    float[][] x = {{0}, {1}};
    Fitted fitted = Fitted.to(ARCHITECTURE, x, new int[] {0, 2}, 3);
    float[][] path = new float[101][1];
    for (int i = 0; i <= 100; i++) {
      path[i][0] = i / 100f;
    }
    float[] value = fitted.forward(Fitted.stacked(path)).feature("value").toArray();
    float[] outputs = fitted.outputs(path);
    for (int i = 0; i <= 100; i++) {
      int best = 0;
      for (int k = 1; k < 3; k++) {
        best = outputs[3 * i + k] > outputs[3 * i + best] ? k : best;
      }
      double limited = Math.max(0, Math.min(2, value[i]));
      assertEquals(0, Math.abs(limited - best), 0.5 + 1e-6);
    }
  }

  @Test
  void gradientsAreTheSlopes() {
    float[][] x = {{0}, {1}, {2}};
    double[] y = {0, 3, -1};
    Fitted fitted = Fitted.to(ARCHITECTURE, x, y);
    float[] at = {0.9f, 1.95f};
    for (float place : at) {
      Tensor input = Tensor.of(new float[] {place}, 1, 1).variable();
      float gradient = Gradients.of(fitted.outputs(input).sum(), input).toArray()[0];
      float[] ends = fitted.outputs(new float[][] {{place - 0.01f}, {place + 0.01f}});
      assertEquals((ends[1] - ends[0]) / 0.02, gradient, 1e-2);
    }
  }

  @Test
  void packedNumbersAreExact() {
    double[] values = {Math.PI, -1e6 / 7, 0, 1e-6 / 3, 12345678.9012345};
    assertArrayEquals(values, Doubles.unpack(Doubles.pack(values)));
    assertThrows(IllegalArgumentException.class, () -> Doubles.pack(new double[] {1e300}));
  }

  @Test
  void refusesWhatItCannotGoThrough() {
    float[][] same = {{1, 2}, {3, 4}, {1, 2}};
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> Fitted.to(ARCHITECTURE, same, new double[] {1, 2, 3}))
            .getMessage()
            .contains("at least two examples of the split 'train' have the same input"));
    DataSpec two =
        new DataSpec(new InputSpec.Values(List.of(3)), new TargetSpec.Values(List.of(2)));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> ARCHITECTURE.build(two))
            .getMessage()
            .startsWith("two-layer-interpolator predicts one class or one real number"));
  }
}
