package org.genlab.architectures.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.genlab.api.SettingException;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.architectures.kernels.KernelRidge.Settings;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class KernelRidgeTest {
  private static KernelRidge architecture(Kernel kernel, double bandwidth, double ridge) {
    return new KernelRidge(new Settings(kernel, kernel == Kernel.LINEAR ? 0 : bandwidth, 1, ridge));
  }

  private static double[] normal(int n) {
    RandomStream random = RandomStream.of(9, "targets");
    double[] y = new double[n];
    Arrays.setAll(y, i -> random.nextGaussian());
    return y;
  }

  private static double kernel(Kernel kernel, float[] x, float[] z, double bandwidth) {
    double distance = 0;
    double product = 0;
    for (int i = 0; i < x.length; i++) {
      double difference = (double) x[i] - z[i];
      distance += difference * difference;
      product += (double) x[i] * z[i];
    }
    return switch (kernel) {
      case GAUSSIAN -> Math.exp(-distance / (2 * bandwidth * bandwidth));
      case LAPLACIAN -> Math.exp(-Math.sqrt(distance) / bandwidth);
      case LINEAR -> product;
    };
  }

  @Test
  void predictsWhatTheFormulaSays() {
    float[][] x = Fitted.normal(20, 5, 1);
    float[][] other = Fitted.normal(7, 5, 2);
    double[] y = normal(20);
    for (Kernel kernel : Kernel.values()) {
      for (double ridge : new double[] {0.3, kernel == Kernel.LINEAR ? 2 : 0}) {
        double[][] k = new double[20][20];
        for (int i = 0; i < 20; i++) {
          for (int j = 0; j < 20; j++) {
            k[i][j] = kernel(kernel, x[i], x[j], 1.5) + (i == j ? ridge : 0);
          }
        }
        double[] a = Fitted.solve(k, y);
        float[] outputs = Fitted.to(architecture(kernel, 1.5, ridge), x, y).outputs(other);
        for (int t = 0; t < other.length; t++) {
          double expected = 0;
          for (int i = 0; i < 20; i++) {
            expected += a[i] * kernel(kernel, x[i], other[t], 1.5);
          }
          assertEquals(expected, outputs[t], 2e-4, kernel + " " + ridge);
        }
      }
    }
  }

  @Test
  void withoutRidgeItInterpolatesAnyLabels() {
    float[][] x = Fitted.normal(150, 8, 3);
    RandomStream random = RandomStream.of(4, "labels");
    int[] labels = new int[150];
    Arrays.setAll(labels, i -> random.nextInt(4));
    for (Kernel kernel : List.of(Kernel.GAUSSIAN, Kernel.LAPLACIAN)) {
      float[] outputs = Fitted.to(architecture(kernel, 0, 0), x, labels, 4).outputs(x);
      for (int i = 0; i < outputs.length; i++) {
        assertEquals(labels[i / 4] == i % 4 ? 1 : 0, outputs[i], 0.02);
      }
    }
  }

  @Test
  void theLinearKernelIsLeastSquaresWhenThereAreManyExamples() {
    float[][] x = Fitted.normal(60, 4, 5);
    double[] y = normal(60);
    double[][] normal = new double[4][4];
    double[] right = new double[4];
    for (int i = 0; i < 60; i++) {
      for (int a = 0; a < 4; a++) {
        right[a] += x[i][a] * y[i];
        for (int b = 0; b < 4; b++) {
          normal[a][b] += x[i][a] * x[i][b];
        }
      }
    }
    double[] w = Fitted.solve(normal, right);
    Fitted fitted = Fitted.to(architecture(Kernel.LINEAR, 0, 0), x, y);
    assertEquals(4, fitted.buffers().array("centers").shape().dimension(0), "rank");
    float[][] units = new float[4][4];
    for (int a = 0; a < 4; a++) {
      units[a][a] = 1;
    }
    float[] found = fitted.outputs(units);
    for (int a = 0; a < 4; a++) {
      assertEquals(w[a], found[a], 1e-5);
    }
  }

  @Test
  void theLinearKernelIsTheMinimumNormInterpolationWhenThereAreFew() {
    float[][] x = Fitted.normal(3, 6, 6);
    double[] y = {1, -2, 0.5};
    Fitted fitted = Fitted.to(architecture(Kernel.LINEAR, 0, 0), x, y);
    float[] again = fitted.outputs(x);
    for (int i = 0; i < 3; i++) {
      assertEquals(y[i], again[i], 1e-5);
    }
    // What is orthogonal to the examples does not count: project a vector out and compare.
    float[] v = {1, 2, -1, 0.5f, 3, -2};
    double[][] gram = new double[3][3];
    double[] right = new double[3];
    for (int i = 0; i < 3; i++) {
      right[i] = kernel(Kernel.LINEAR, x[i], v, 1);
      for (int j = 0; j < 3; j++) {
        gram[i][j] = kernel(Kernel.LINEAR, x[i], x[j], 1);
      }
    }
    double[] c = Fitted.solve(gram, right);
    float[] orthogonal = v.clone();
    for (int i = 0; i < 3; i++) {
      for (int a = 0; a < 6; a++) {
        orthogonal[a] -= (float) (c[i] * x[i][a]);
      }
    }
    assertEquals(0, fitted.outputs(new float[][] {orthogonal})[0], 1e-5);
  }

  @Test
  void contradictionsBecomeTheirMean() {
    float[][] x = {{0, 1}, {0, 1}, {2, 0}};
    float[] outputs =
        Fitted.to(architecture(Kernel.GAUSSIAN, 1, 0), x, new double[] {1, 4, -1}).outputs(x);
    assertArrayEquals(new float[] {2.5f, 2.5f, -1}, outputs, 1e-5f);
  }

  @Test
  void theBandwidthIsTheMedianDistanceUnlessGiven() {
    float[][] x = {{0}, {1}, {3}}; // distances 1, 2, 3
    assertEquals(2, Distances.median(x));
    Fitted fitted = Fitted.to(architecture(Kernel.GAUSSIAN, 0, 0), x, new double[] {1, 2, 3});
    assertEquals(2, Doubles.unpack(fitted.buffers().array("scale"))[0]);
    Fitted half =
        Fitted.to(
            new KernelRidge(new Settings(Kernel.GAUSSIAN, 0, 0.5, 0)), x, new double[] {1, 2, 3});
    assertEquals(1, Doubles.unpack(half.buffers().array("scale"))[0]);
    assertEquals(1, Distances.median(new float[][] {{4}, {4}}));
    assertEquals(1, Distances.median(new float[][] {{4}}));
  }

  @Test
  void distancesAreSummedOverAllValues() {
    float[] x = {1, 2, 3, 4, 5, 6, 7};
    float[] z = {0, 0, 0, 0, 0, 0, 0};
    assertEquals(140, Distances.squared(x, z));
    assertEquals(140, Distances.innerProduct(x, x));
  }

  @Test
  void distancesAreThoseOfDoublePrecision() {
    // In single precision all differences are 1.
    float[] x = {1, 1, 1, 1, 1};
    double tiny = Math.scalb(1.0, -30);
    float[] z = {(float) tiny, (float) -tiny, 0, 0, (float) tiny};
    double expected = 2 * (1 - tiny) * (1 - tiny) + (1 + tiny) * (1 + tiny) + 2;
    assertEquals(expected, Distances.squared(x, z), 1e-14);
    assertNotEquals(5, Distances.squared(x, z));
  }

  /** The share of examples whose output for class 1 is on the right side of 1/2. */
  private static double accuracy(double[] outputs, int[] labels) {
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
      right += outputs[i] > 0.5 == (labels[i] == 1) ? 1 : 0;
    }
    return (double) right / labels.length;
  }

  /** Two classes around (-1.5, 0) and (1.5, 0), which overlap. */
  private static float[][] overlapping(int[] labels, long seed) {
    float[][] x = Fitted.normal(labels.length, 2, seed);
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 2;
      x[i][0] += labels[i] == 0 ? -1.5f : 1.5f;
    }
    return x;
  }

  /**
   * A wide kernel has a Gram matrix of small numerical rank. The oracle is elimination with a ridge
   * that is as small as the eigenvalues that are left out.
   */
  @Test
  void aNearlySingularGramMatrixIsNoHarm() {
    int n = 500;
    int[] labels = new int[n];
    int[] others = new int[n];
    float[][] x = overlapping(labels, 11);
    float[][] other = overlapping(others, 12);
    double bandwidth = 3 * Distances.median(x);
    double[][] gram = new double[n][n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      y[i] = labels[i];
      for (int j = 0; j < n; j++) {
        gram[i][j] = kernel(Kernel.GAUSSIAN, x[i], x[j], bandwidth) + (i == j ? 1e-10 : 0);
      }
    }
    double[] a = Fitted.solve(gram, y);
    double[] train = new double[n];
    double[] test = new double[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        train[i] += a[j] * kernel(Kernel.GAUSSIAN, x[i], x[j], bandwidth);
        test[i] += a[j] * kernel(Kernel.GAUSSIAN, other[i], x[j], bandwidth);
      }
    }
    assertTrue(accuracy(test, others) > 0.9, "the classes can be told apart");
    Fitted fitted =
        Fitted.to(new KernelRidge(new Settings(Kernel.GAUSSIAN, 0, 3, 0)), x, labels, 2);
    assertEquals(accuracy(train, labels), accuracy(second(fitted.outputs(x)), labels), 0.015);
    assertEquals(accuracy(test, others), accuracy(second(fitted.outputs(other)), others), 0.015);
  }

  /** The outputs for class 1. */
  private static double[] second(float[] outputs) {
    double[] second = new double[outputs.length / 2];
    Arrays.setAll(second, i -> outputs[2 * i + 1]);
    return second;
  }

  @Test
  void coefficientsThatCancelOutAreNoHarm() {
    float[][] x = Fitted.normal(30, 2, 13);
    float[][] other = Fitted.normal(10, 2, 14);
    double[] y = normal(30);
    double[][] k = new double[30][30];
    for (int i = 0; i < 30; i++) {
      for (int j = 0; j < 30; j++) {
        k[i][j] = kernel(Kernel.GAUSSIAN, x[i], x[j], 5) + (i == j ? 1e-9 : 0);
      }
    }
    double[] a = Fitted.solve(k, y);
    assertTrue(Arrays.stream(a).map(Math::abs).max().getAsDouble() > 1e5, "large coefficients");
    float[] outputs = Fitted.to(architecture(Kernel.GAUSSIAN, 5, 1e-9), x, y).outputs(other);
    for (int t = 0; t < other.length; t++) {
      double expected = 0;
      for (int i = 0; i < 30; i++) {
        expected += a[i] * kernel(Kernel.GAUSSIAN, x[i], other[t], 5);
      }
      assertEquals(expected, outputs[t], 1e-4 * Math.max(1, Math.abs(expected)));
    }
  }

  @Test
  void outputsFollowAFeatureThatIsReplaced() {
    float[][] x = Fitted.normal(6, 2, 15);
    Fitted fitted = Fitted.to(architecture(Kernel.GAUSSIAN, 1.5, 0.1), x, normal(6));
    float[] none = fitted.forward(Fitted.stacked(x), value -> value.times(0)).logits().toArray();
    assertArrayEquals(new float[6], none, 1e-5f);
    float[] twice = fitted.forward(Fitted.stacked(x), value -> value.times(2)).logits().toArray();
    float[] once = fitted.outputs(x);
    for (int i = 0; i < 6; i++) {
      assertEquals(2 * once[i], twice[i], 1e-5);
    }
  }

  /** Far examples have coefficients near 0, smaller than any float. */
  @Test
  void aNarrowKernelHasTinyCoefficients() {
    float[][] x = {{0}, {1}, {2}, {3}};
    double[] y = {1, 0, 0, 0};
    float[] outputs = Fitted.to(architecture(Kernel.GAUSSIAN, 0.08, 0), x, y).outputs(x);
    assertArrayEquals(new float[] {1, 0, 0, 0}, outputs, 1e-30f);
  }

  @Test
  void theLinearKernelHasNoBandwidth() {
    SettingException bandwidth =
        assertThrows(SettingException.class, () -> new Settings(Kernel.LINEAR, 2, 1, 0));
    assertEquals("bandwidth", bandwidth.setting());
    SettingException factor =
        assertThrows(SettingException.class, () -> new Settings(Kernel.LINEAR, 0, 3, 0));
    assertEquals("bandwidthFactor", factor.setting());
  }

  @Test
  void gradientsFlowToInputs() {
    float[][] x = Fitted.normal(12, 3, 7);
    Fitted fitted = Fitted.to(architecture(Kernel.GAUSSIAN, 1.5, 0.1), x, normal(12));
    Tensor at = Tensor.of(new float[] {0.3f, -0.2f, 0.5f}, 1, 3).variable();
    float[] gradient = Gradients.of(fitted.outputs(at).sum(), at).toArray();
    for (int i = 0; i < 3; i++) {
      float[] up = {0.3f, -0.2f, 0.5f};
      float[] down = up.clone();
      up[i] += 0.01f;
      down[i] -= 0.01f;
      double difference =
          (fitted.outputs(new float[][] {up})[0] - fitted.outputs(new float[][] {down})[0]) / 0.02;
      assertEquals(difference, gradient[i], 5e-3);
    }
  }

  @Test
  void refusesWhatItCannotRead() {
    DataSpec tokens = new DataSpec(new InputSpec.Tokens(5, 3), new TargetSpec.Classes(2));
    DataSpec sequence =
        new DataSpec(new InputSpec.Values(List.of(3)), new TargetSpec.ClassPerPosition(2));
    KernelRidge ridge = architecture(Kernel.GAUSSIAN, 0, 0);
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> ridge.build(tokens))
            .getMessage()
            .startsWith("kernel-ridge reads real numbers"));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> ridge.build(sequence))
            .getMessage()
            .startsWith("kernel-ridge predicts one class or real numbers"));
  }
}
