package org.genlab.architectures.basic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Forward.Site;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.Parameters;
import org.genlab.architectures.basic.TransformerDecoder.Norm;
import org.genlab.architectures.basic.TransformerDecoder.Positions;
import org.genlab.architectures.basic.TransformerEncoder.Pooling;
import org.genlab.architectures.basic.TransformerEncoder.Settings;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Shape;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TransformerEncoderTest {
  private static final int LENGTH = 4;
  private static final int CLASSES = 3;
  private static final InputSpec.Tokens INPUT = new InputSpec.Tokens(9, LENGTH);
  private static final DataSpec ONE =
      new DataSpec(INPUT, new TargetSpec.Classes(CLASSES), Map.of("padding", 0.0));
  private static final DataSpec EACH =
      new DataSpec(INPUT, new TargetSpec.ClassPerPosition(CLASSES), Map.of("padding", 0.0));

  static Stream<Settings> settings() {
    return Stream.of(Norm.values())
        .flatMap(
            norm ->
                Stream.of(Positions.values())
                    .flatMap(
                        positions ->
                            Stream.of(Pooling.values())
                                .map(pooling -> small(norm, positions, pooling, 0))));
  }

  private static Settings small(Norm norm, Positions positions, Pooling pooling, int readout) {
    return new Settings(
        2,
        8,
        2,
        0,
        norm,
        positions,
        pooling,
        Activation.RELU,
        true,
        false,
        Initialization.UNIFORM,
        readout,
        1);
  }

  private static Batch batch(int... tokens) {
    int n = tokens.length / LENGTH;
    return Batch.of(n).with(Batch.INPUT, IntTensor.of(tokens, n, LENGTH));
  }

  private static Parameters parameters(Network network) {
    Parameters start = network.initialize(RandomStream.of(3, "test"));
    return start.map(
        flat -> flat.plus(Tensor.normal(RandomStream.of(4, "test"), 0.2, flat.size())));
  }

  private static double[] doubles(Tensor tensor) {
    float[] values = tensor.toArray();
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  private static Tensor logits(Network network, Parameters parameters, int... tokens) {
    return network.forward(parameters, batch(tokens), new Recording()).logits();
  }

  @ParameterizedTest
  @MethodSource("settings")
  void agreesWithPlainLoopsOverWhatIsNotPadding(Settings settings) {
    Network network = new TransformerEncoder(settings).build(ONE);
    Parameters parameters = parameters(network);
    Reference reference =
        new Reference(false, settings.blocks(), network.layout(), doubles(parameters.flat()));
    // Two full sequences and two that are padded to the length.
    int[][] texts = {{1, 7, 3, 8}, {5, 5, 2, 8}, {4, 6}, {2}};
    int[] tokens = new int[texts.length * LENGTH];
    for (int i = 0; i < texts.length; i++) {
      System.arraycopy(texts[i], 0, tokens, i * LENGTH, texts[i].length);
    }
    Tensor logits = logits(network, parameters, tokens);
    assertEquals(Shape.of(4, CLASSES), logits.shape());
    for (int i = 0; i < texts.length; i++) {
      double[] expected =
          settings.pooling() == Pooling.FIRST
              ? reference.firstLogits(CLASSES, texts[i])
              : reference.meanLogits(CLASSES, texts[i]);
      for (int k = 0; k < CLASSES; k++) {
        assertEquals(expected[k], logits.get(i, k), 2e-5, "text " + i);
      }
    }
  }

  @Test
  void classifiesEachPosition() {
    Settings settings = small(Norm.PRE, Positions.LEARNED, Pooling.MEAN, 5);
    Network network = new TransformerEncoder(settings).build(EACH);
    Parameters parameters = parameters(network);
    Reference reference =
        new Reference(false, settings.blocks(), network.layout(), doubles(parameters.flat()));
    Tensor logits = logits(network, parameters, 1, 7, 3, 8, 4, 6, 5, 0);
    assertEquals(Shape.of(2, LENGTH, CLASSES), logits.shape());
    int[][] texts = {{1, 7, 3, 8}, {4, 6, 5}};
    for (int i = 0; i < 2; i++) {
      double[][] expected = reference.logits(CLASSES, texts[i]);
      for (int t = 0; t < texts[i].length; t++) {
        for (int k = 0; k < CLASSES; k++) {
          assertEquals(expected[t][k], logits.get(i, t, k), 2e-5);
        }
      }
    }
  }

  @Test
  void earlierPositionsSeeLaterTokens() {
    Network network =
        new TransformerEncoder(small(Norm.PRE, Positions.LEARNED, Pooling.MEAN, 0)).build(EACH);
    Parameters parameters = parameters(network);
    Tensor change =
        logits(network, parameters, 1, 2, 3, 4).minus(logits(network, parameters, 1, 2, 3, 8));
    assertTrue(change.slice(1, 0, 1).abs().sum().item() > 1e-3);
  }

  @Test
  void withoutPositionsTheOrderOfTheTokensDoesNotMatter() {
    for (Pooling pooling : Pooling.values()) {
      Network network =
          new TransformerEncoder(small(Norm.POST, Positions.NONE, pooling, 0)).build(ONE);
      Parameters parameters = parameters(network);
      assertArrayEquals(
          logits(network, parameters, 1, 2, 3, 4).toArray(),
          logits(network, parameters, 3, 1, 4, 2).toArray(),
          1e-5f);
    }
  }

  @Test
  void nothingFlowsFromPadding() {
    // With several tokens as padding in turn, its embedding gets no gradient and does not matter.
    for (Pooling pooling : Pooling.values()) {
      Network network =
          new TransformerEncoder(small(Norm.PRE, Positions.LEARNED, pooling, 0)).build(ONE);
      Parameters start = parameters(network);
      Tensor flat = start.flat().variable();
      Tensor loss = logits(network, start.with(flat), 1, 2, 0, 0, 3, 4, 5, 0).square().sum();
      Parameters gradient = start.with(Gradients.of(loss, flat));
      assertEquals(0, gradient.get("embedding.token").slice(0, 0, 1).abs().sum().item());
      assertEquals(0, gradient.get("embedding.position").slice(0, 3, 4).abs().sum().item());
      assertTrue(gradient.get("embedding.token").slice(0, 1, 2).abs().sum().item() > 0);
    }
  }

  @Test
  void aSequenceOfPaddingAloneGivesNumbers() {
    for (Pooling pooling : Pooling.values()) {
      Network network =
          new TransformerEncoder(small(Norm.PRE, Positions.LEARNED, pooling, 0)).build(ONE);
      assertTrue(logits(network, parameters(network), 0, 0, 0, 0).allFinite());
    }
  }

  @Test
  void featuresAreNamedAndShaped() {
    Network network =
        new TransformerEncoder(small(Norm.PRE, Positions.LEARNED, Pooling.FIRST, 5)).build(ONE);
    Recording recording = new Recording();
    Output output = network.forward(parameters(network), batch(1, 2, 3, 4), recording);
    assertEquals(
        List.of(
            "embedding",
            "block.0.attention",
            "block.0.mlp",
            "block.0.stream",
            "block.1.attention",
            "block.1.mlp",
            "block.1.stream",
            "representation"),
        List.copyOf(output.features().keySet()));
    assertEquals(Site.REPRESENTATION, recording.sites.get("representation"));
    assertEquals(Shape.of(1, LENGTH + 1, 8), output.feature("block.0.stream").shape());
    assertEquals(Shape.of(1, 1, 8), output.feature("block.1.stream").shape());
    assertEquals(Shape.of(1, 5), output.feature("representation").shape());
  }

  @Test
  void theScaleMultipliesAllInitialParameters() {
    Settings plain = small(Norm.PRE, Positions.LEARNED, Pooling.FIRST, 0);
    Settings large =
        new Settings(
            plain.layers(),
            plain.width(),
            plain.heads(),
            plain.hidden(),
            plain.norm(),
            plain.positions(),
            plain.pooling(),
            plain.activation(),
            plain.bias(),
            plain.tied(),
            plain.init(),
            plain.readout(),
            10);
    Tensor one =
        new TransformerEncoder(plain).build(ONE).initialize(RandomStream.of(0, "i")).flat();
    Tensor ten =
        new TransformerEncoder(large).build(ONE).initialize(RandomStream.of(0, "i")).flat();
    assertArrayEquals(one.times(10).toArray(), ten.toArray());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertEquals(
        "heads",
        assertThrows(
                SettingException.class,
                () ->
                    new Settings(
                        1,
                        9,
                        2,
                        0,
                        Norm.PRE,
                        Positions.NONE,
                        Pooling.MEAN,
                        Activation.RELU,
                        true,
                        false,
                        Initialization.HE,
                        0,
                        1))
            .setting());
    TransformerEncoder encoder =
        new TransformerEncoder(small(Norm.PRE, Positions.NONE, Pooling.MEAN, 0));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                encoder.build(
                    new DataSpec(new InputSpec.Values(List.of(3)), new TargetSpec.Classes(2))));
    assertTrue(e.getMessage().contains("reads tokens"), e.getMessage());
    assertEquals(32, small(Norm.PRE, Positions.NONE, Pooling.MEAN, 0).hidden());
  }
}
