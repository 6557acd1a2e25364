package org.genlab.architectures.basic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Network;
import org.genlab.api.model.Parameters;
import org.genlab.architectures.basic.TwoLayer.OuterWeights;
import org.genlab.architectures.basic.TwoLayer.Scale;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class TwoLayerTest {
  private static final InputSpec PLANE = new InputSpec.Values(List.of(2));
  private static final DataSpec REAL = new DataSpec(PLANE, new TargetSpec.Values(List.of(1)));
  private static final DataSpec CLASSES = new DataSpec(PLANE, new TargetSpec.Classes(2));

  // x W = (3, 2, 1, -1) and (0, -2, 5, -2)
  private static final double[] W = {1, 2, -3, 1, 1, 0, 2, -1};
  private static final Batch BATCH =
      Batch.of(2).with(Batch.INPUT, Tensor.of(new float[] {1, 2, -1, 1}, 2, 2));

  private static TwoLayer network(
      Activation activation, boolean bias, OuterWeights outer, Scale scale, double deviation) {
    return new TwoLayer(new TwoLayer.Settings(4, activation, bias, outer, scale, deviation));
  }

  private static float[] logits(TwoLayer of, DataSpec spec, double... values) {
    Network network = of.build(spec);
    Parameters parameters =
        new Parameters(network.layout(), Tensor.of(values, network.layout().size()));
    return network.forward(parameters, BATCH, new Recording()).logits().toArray();
  }

  /** (h_0 - h_1 + h_2 - h_3) / 2 and / 4. */
  @Test
  void signsAlternate() {
    for (Scale scale : Scale.values()) {
      float s = scale == Scale.MEAN_FIELD ? 0.25f : 0.5f;
      TwoLayer relu = network(Activation.RELU, false, OuterWeights.SIGNS, scale, 0);
      assertArrayEquals(new float[] {2 * s, 5 * s}, logits(relu, REAL, W));
      assertArrayEquals(new float[] {-s, s, -2.5f * s, 2.5f * s}, logits(relu, CLASSES, W));
      TwoLayer linear = network(Activation.IDENTITY, false, OuterWeights.SIGNS, scale, 0);
      assertArrayEquals(new float[] {3 * s, 9 * s}, logits(linear, REAL, W));
    }
  }

  @Test
  void theCrossEntropyOfTwoClassesIsTheLogisticLoss() {
    TwoLayer relu = network(Activation.RELU, false, OuterWeights.SIGNS, Scale.NEURAL_TANGENT, 0);
    Tensor logits = Tensor.of(logits(relu, CLASSES, W), 2, 2);
    float[] losses = logits.crossEntropy(IntTensor.of(new int[] {1, 0}, 2)).toArray();
    // f = 1 with y = +1, and f = 2.5 with y = -1
    assertEquals(Math.log1p(Math.exp(-1)), losses[0], 1e-6);
    assertEquals(Math.log1p(Math.exp(2.5)), losses[1], 1e-6);
  }

  @Test
  void outerWeightsAndBiasesAreWorkedOutByHand() {
    double[] values = {1, 2, -3, 1, 1, 0, 2, -1, 0, 0, 1, 2, 1, -1, 2, 3};
    // relu(x W + b) = (3, 2, 2, 1) and (0, 0, 6, 0)
    assertArrayEquals(
        new float[] {(3 - 2 + 4 + 3) / 2f, 12 / 2f},
        logits(
            network(Activation.RELU, true, OuterWeights.TRAINED, Scale.NEURAL_TANGENT, 0),
            REAL,
            values));
  }

  @Test
  void weightsStartWithTheirDeviation() {
    DataSpec wide =
        new DataSpec(new InputSpec.Values(List.of(900)), new TargetSpec.Values(List.of(1)));
    for (double deviation : new double[] {0, 1e-6}) {
      Network network =
          network(Activation.RELU, true, OuterWeights.TRAINED, Scale.NEURAL_TANGENT, deviation)
              .build(wide);
      Parameters drawn = network.initialize(RandomStream.of(0, "test"));
      double expected = deviation == 0 ? 1.0 / 30 : deviation;
      double found = Math.sqrt(drawn.get("hidden.0.weight").square().mean().item());
      // 3600 numbers: the standard error is 1.2 %.
      assertEquals(expected, found, 0.06 * expected);
      assertEquals(0, drawn.get("hidden.0.bias").norm().item());
      assertEquals(900 * 4 + 4 + 4, network.layout().size());
    }
  }

  @Test
  void signsHaveOneOutput() {
    TwoLayer signs = network(Activation.RELU, false, OuterWeights.SIGNS, Scale.NEURAL_TANGENT, 0);
    assertEquals(8, signs.build(CLASSES).layout().size());
    for (TargetSpec target :
        List.of(new TargetSpec.Classes(3), new TargetSpec.Values(List.of(2)))) {
      SettingException refused =
          assertThrows(SettingException.class, () -> signs.build(new DataSpec(PLANE, target)));
      assertEquals("outerWeights", refused.setting());
    }
  }
}
