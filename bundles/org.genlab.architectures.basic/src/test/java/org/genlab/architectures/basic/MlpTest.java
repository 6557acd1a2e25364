package org.genlab.architectures.basic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.architectures.basic.Mlp.Settings;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Shape;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class MlpTest {
  private static Settings settings(
      List<Integer> hidden, boolean bias, int readout, Mlp.Tokens tokens, List<Integer> positions) {
    return new Settings(
        hidden,
        Activation.RELU,
        bias,
        readout,
        tokens,
        3,
        positions,
        Initialization.UNIFORM,
        Normalisation.NONE,
        1);
  }

  private static Batch tokens(int length, int... tokens) {
    int n = tokens.length / length;
    return Batch.of(n).with(Batch.INPUT, IntTensor.of(tokens, n, length));
  }

  /** W1 = [[1, -1], [2, 1], [0, 1]], b1 = [0.5, 0]; W2 = [[1], [3]], b2 = [-1]; by hand. */
  @Test
  void computesWhatIsWorkedOutByHand() {
    Network network =
        new Mlp(settings(List.of(2), true, 0, Mlp.Tokens.SUM, List.of()))
            .build(
                new DataSpec(
                    new InputSpec.Values(List.of(3, 1)), new TargetSpec.Values(List.of(1))));
    Parameters parameters =
        new Parameters(
            network.layout(), Tensor.of(new double[] {1, -1, 2, 1, 0, 1, 0.5, 0, 1, 3, -1}, 11));
    Batch batch =
        Batch.of(2).with(Batch.INPUT, Tensor.of(new float[] {1, 1, 1, 1, -2, 4}, 2, 3, 1));
    Recording recording = new Recording();
    Output output = network.forward(parameters, batch, recording);
    // h = relu(1 + 2 + 0.5, -1 + 1 + 1) = (3.5, 1); relu(1 - 4 + 0.5, -1 - 2 + 4) = (0, 1)
    assertArrayEquals(new float[] {3.5f, 1, -2.5f, 1}, output.feature("hidden.0.pre").toArray());
    assertArrayEquals(new float[] {3.5f, 1, 0, 1}, output.feature("hidden.0").toArray());
    assertArrayEquals(new float[] {5.5f, 2}, output.logits().toArray());
    assertEquals(Shape.of(2, 1), output.logits().shape());
    assertEquals(
        List.of("hidden.0.pre", "hidden.0", "representation"),
        List.copyOf(recording.sites.keySet()));
  }

  @Test
  void valuesComeOutInTheirShape() {
    Network network =
        new Mlp(settings(List.of(), true, 0, Mlp.Tokens.SUM, List.of()))
            .build(
                new DataSpec(
                    new InputSpec.Values(List.of(4)), new TargetSpec.Values(List.of(2, 3))));
    Batch batch = Batch.of(5).with(Batch.INPUT, Tensor.ones(5, 4));
    Parameters parameters = network.initialize(RandomStream.of(0, "test"));
    assertEquals(
        Shape.of(5, 2, 3), network.forward(parameters, batch, new Recording()).logits().shape());
  }

  @Test
  void sumDoesNotSeeTheOrderOfTokensAndConcatenateDoes() {
    DataSpec spec = new DataSpec(new InputSpec.Tokens(6, 3), new TargetSpec.Classes(4));
    for (Mlp.Tokens joined : Mlp.Tokens.values()) {
      Network network = new Mlp(settings(List.of(8), true, 0, joined, List.of())).build(spec);
      Parameters parameters = network.initialize(RandomStream.of(1, "test"));
      float[] logits =
          network
              .forward(parameters, tokens(3, 0, 1, 2, 2, 0, 1), new Recording())
              .logits()
              .toArray();
      double difference = 0;
      for (int k = 0; k < 4; k++) {
        difference = Math.max(difference, Math.abs(logits[k] - logits[4 + k]));
      }
      if (joined == Mlp.Tokens.SUM) {
        assertEquals(0, difference, 1e-6);
      } else {
        assertTrue(difference > 1e-3);
      }
    }
  }

  @Test
  void onlyTheChosenPositionsAreRead() {
    DataSpec spec = new DataSpec(new InputSpec.Tokens(6, 4), new TargetSpec.Classes(4));
    Network network =
        new Mlp(settings(List.of(8), true, 0, Mlp.Tokens.CONCATENATE, List.of(0, 2))).build(spec);
    Parameters parameters = network.initialize(RandomStream.of(1, "test"));
    Tensor logits =
        network
            .forward(parameters, tokens(4, 0, 4, 1, 5, 0, 3, 1, 2, 2, 4, 1, 5), new Recording())
            .logits();
    assertArrayEquals(logits.slice(0, 0, 1).toArray(), logits.slice(0, 1, 2).toArray());
    assertTrue(logits.slice(0, 0, 1).minus(logits.slice(0, 2, 3)).abs().sum().item() > 1e-3);
  }

  @Test
  void theNetworkOfGrokkingTicketsHasItsSize() {
    Settings settings =
        new Settings(
            List.of(48),
            Activation.RELU,
            false,
            500,
            Mlp.Tokens.SUM,
            500,
            List.of(0, 2),
            Initialization.UNIFORM,
            Normalisation.NONE,
            1);
    Network network =
        new Mlp(settings)
            .build(new DataSpec(new InputSpec.Tokens(69, 4), new TargetSpec.Classes(67)));
    assertEquals(69 * 500 + 500 * 48 + 48 * 500 + 500 * 67, network.layout().size());
  }

  @Test
  void parametersAreDrawnByTheirRole() {
    DataSpec spec = new DataSpec(new InputSpec.Tokens(400, 2), new TargetSpec.Classes(5));
    for (Initialization init : Initialization.values()) {
      Network network =
          new Mlp(
                  new Settings(
                      List.of(100),
                      Activation.RELU,
                      true,
                      0,
                      Mlp.Tokens.CONCATENATE,
                      50,
                      List.of(),
                      init,
                      Normalisation.NONE,
                      1))
              .build(spec);
      Parameters drawn = network.initialize(RandomStream.of(2, "test"));
      // 10,000 weights of fan-in 100: the standard deviation is known to about 1 %.
      double weights = deviation(drawn.get("hidden.0.weight"));
      double embeddings = deviation(drawn.get("embedding.token"));
      double bias = deviation(drawn.get("hidden.0.bias"));
      switch (init) {
        case UNIFORM -> {
          assertEquals(0.1 / Math.sqrt(3), weights, 0.002);
          assertEquals(0.1 / Math.sqrt(3), bias, 0.01);
          assertEquals(1, embeddings, 0.03);
          assertTrue(drawn.get("hidden.0.weight").abs().reshape(-1).max(false, 0).item() <= 0.1f);
        }
        case NORMAL -> {
          assertEquals(0.02, weights, 0.001);
          assertEquals(0.02, embeddings, 0.001);
          assertEquals(0, bias);
        }
        case HE -> {
          assertEquals(Math.sqrt(0.02), weights, 0.005);
          assertEquals(0, bias);
        }
        case LECUN -> {
          assertEquals(0.1, weights, 0.003);
          assertEquals(1 / Math.sqrt(50), embeddings, 0.003);
          assertEquals(0, bias);
        }
      }
    }
  }

  private static double deviation(Tensor values) {
    return Math.sqrt(values.square().mean().item());
  }

  @Test
  void everyWeightHasARole() {
    Network network =
        new Mlp(settings(List.of(2, 2), true, 2, Mlp.Tokens.SUM, List.of()))
            .build(new DataSpec(new InputSpec.Tokens(4, 2), new TargetSpec.Classes(2)));
    network
        .layout()
        .entries()
        .forEach(
            e ->
                assertEquals(
                    e.name().endsWith(".bias")
                        ? Role.BIAS
                        : e.name().startsWith("embedding") ? Role.EMBEDDING : Role.WEIGHT,
                    e.role()));
  }

  /**
   * Layer: (1, 3) becomes (-1, 1). Batch, in evaluation before any step: mean 0 and variance 1, so
   * nothing changes.
   */
  @Test
  void hiddenLayersAreNormalisedBeforeTheirActivation() {
    for (Normalisation normalisation : List.of(Normalisation.BATCH, Normalisation.LAYER)) {
      Network network =
          new Mlp(
                  new Settings(
                      List.of(2),
                      Activation.RELU,
                      true,
                      0,
                      Mlp.Tokens.SUM,
                      1,
                      List.of(),
                      Initialization.UNIFORM,
                      normalisation,
                      1))
              .build(
                  new DataSpec(
                      new InputSpec.Values(List.of(1)), new TargetSpec.Values(List.of(1))));
      // w = (1, 3), scale (2, 2), shift (0, 1); readout (1, 10), 0.5
      Parameters parameters =
          new Parameters(
              network.layout(), Tensor.of(new double[] {1, 3, 2, 2, 0, 1, 1, 10, 0.5}, 9));
      Batch batch = Batch.of(1).with(Batch.INPUT, Tensor.ones(1, 1));
      Output output = network.forward(parameters, batch, new Recording());
      boolean layer = normalisation == Normalisation.LAYER;
      assertArrayEquals(
          layer ? new float[] {-2, 3} : new float[] {2, 7},
          output.feature("hidden.0.pre").toArray(),
          1e-3f);
      assertEquals(layer ? 30.5 : 72.5, output.logits().item(), 1e-2);
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Mlp mlp = new Mlp(settings(List.of(2), true, 0, Mlp.Tokens.SUM, List.of(4)));
    assertThrows(
        SettingException.class,
        () -> mlp.build(new DataSpec(new InputSpec.Tokens(4, 4), new TargetSpec.Classes(2))));
    assertThrows(
        SettingException.class, () -> settings(List.of(2), true, 0, Mlp.Tokens.SUM, List.of(1, 1)));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            mlp.build(
                new DataSpec(
                    new InputSpec.Values(List.of(2)), new TargetSpec.ClassPerPosition(2))));
  }

  @Test
  void theScaleMultipliesWhateverIsDrawn() {
    DataSpec spec = new DataSpec(new InputSpec.Values(List.of(5)), new TargetSpec.Classes(3));
    float[][] drawn = new float[2][];
    for (int i = 0; i < 2; i++) {
      Settings settings =
          new Settings(
              List.of(4),
              Activation.RELU,
              true,
              0,
              Mlp.Tokens.SUM,
              1,
              List.of(),
              Initialization.UNIFORM,
              Normalisation.NONE,
              i == 0 ? 1 : 8);
      Network network = new Mlp(settings).build(spec);
      drawn[i] = network.initialize(RandomStream.of(2, "test")).flat().toArray();
    }
    for (int i = 0; i < drawn[0].length; i++) {
      assertEquals(8 * drawn[0][i], drawn[1][i]);
    }
  }
}
