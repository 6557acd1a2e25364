package org.genlab.architectures.basic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Forward.Site;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.architectures.basic.TransformerDecoder.Norm;
import org.genlab.architectures.basic.TransformerDecoder.Positions;
import org.genlab.architectures.basic.TransformerDecoder.Settings;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.LinearAlgebra;
import org.genlab.tensor.Shape;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TransformerDecoderTest {
  private static final int VOCABULARY = 9;
  private static final int LENGTH = 4;
  private static final int CLASSES = 7;
  private static final DataSpec ONE =
      new DataSpec(new InputSpec.Tokens(VOCABULARY, LENGTH), new TargetSpec.Classes(CLASSES));
  private static final DataSpec EACH =
      new DataSpec(
          new InputSpec.Tokens(VOCABULARY, LENGTH), new TargetSpec.ClassPerPosition(CLASSES));
  private static final int[] TOKENS = {0, 7, 3, 8, 5, 7, 5, 8, 2, 7, 6, 8};

  static Stream<Settings> settings() {
    List<Settings> all = new ArrayList<>();
    for (Norm norm : Norm.values()) {
      for (Positions positions : Positions.values()) {
        for (boolean bias : new boolean[] {false, true}) {
          all.add(small(2, norm, positions, bias, positions == Positions.NONE));
        }
      }
    }
    all.add(small(1, Norm.POST, Positions.SINUSOIDAL, false, false));
    all.add(shared(3, 1));
    all.add(shared(3, 2));
    return all.stream();
  }

  private static Settings small(
      int layers, Norm norm, Positions positions, boolean bias, boolean tied) {
    return new Settings(
        layers,
        8,
        2,
        0,
        norm,
        positions,
        Activation.RELU,
        bias,
        tied,
        Initialization.UNIFORM,
        0,
        0);
  }

  private static Settings shared(int layers, int own) {
    return new Settings(
        layers,
        8,
        2,
        0,
        Norm.PRE,
        Positions.LEARNED,
        Activation.RELU,
        true,
        false,
        Initialization.UNIFORM,
        own,
        0);
  }

  private static Batch batch(int... tokens) {
    int n = tokens.length / LENGTH;
    return Batch.of(n).with(Batch.INPUT, IntTensor.of(tokens, n, LENGTH));
  }

  /** Parameters that are all away from their starting values, norms and biases included. */
  private static Parameters parameters(Network network) {
    Parameters start = network.initialize(RandomStream.of(3, "test"));
    return start.map(
        flat -> flat.plus(Tensor.normal(RandomStream.of(4, "test"), 0.2, flat.size())));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void agreesWithPlainLoops(Settings settings) {
    Network network = new TransformerDecoder(settings).build(EACH);
    Parameters parameters = parameters(network);
    Tensor logits = network.forward(parameters, batch(TOKENS), new Recording()).logits();
    assertEquals(Shape.of(3, LENGTH, CLASSES), logits.shape());
    Reference reference = new Reference(settings, network.layout(), doubles(parameters.flat()));
    for (int b = 0; b < 3; b++) {
      int[] tokens = Arrays.copyOfRange(TOKENS, b * LENGTH, (b + 1) * LENGTH);
      double[][] expected = reference.logits(CLASSES, tokens);
      for (int t = 0; t < LENGTH; t++) {
        for (int k = 0; k < CLASSES; k++) {
          assertEquals(expected[t][k], logits.get(b, t, k), 2e-5);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void oneClassIsReadAtTheLastPosition(Settings settings) {
    Network each = new TransformerDecoder(settings).build(EACH);
    Network one = new TransformerDecoder(settings).build(ONE);
    Parameters parameters = parameters(each);
    Tensor all = each.forward(parameters, batch(TOKENS), new Recording()).logits();
    Tensor last = one.forward(parameters, batch(TOKENS), new Recording()).logits();
    assertEquals(Shape.of(3, CLASSES), last.shape());
    assertArrayEquals(
        all.slice(1, LENGTH - 1, LENGTH).reshape(3, CLASSES).toArray(), last.toArray(), 2e-6f);
  }

  @Test
  void noPositionSeesLaterTokens() {
    Network network =
        new TransformerDecoder(small(2, Norm.PRE, Positions.LEARNED, true, false)).build(EACH);
    Parameters parameters = parameters(network);
    Tensor before = network.forward(parameters, batch(1, 2, 3, 4), new Recording()).logits();
    Tensor after = network.forward(parameters, batch(1, 2, 6, 0), new Recording()).logits();
    assertArrayEquals(
        before.slice(1, 0, 2).toArray(), after.slice(1, 0, 2).toArray(), "positions 0 and 1");
    assertTrue(
        before.slice(1, 2, 4).minus(after.slice(1, 2, 4)).abs().max(false, 0).sum().item() > 0);
  }

  /** Central differences of the mean loss along random directions. */
  @ParameterizedTest
  @MethodSource("settings")
  void gradientsAreThoseOfTheReference(Settings settings) {
    Network network = new TransformerDecoder(settings).build(ONE);
    Parameters parameters = parameters(network);
    IntTensor labels = IntTensor.of(new int[] {4, 0, 6}, 3);
    Tensor at = parameters.flat().variable();
    Tensor gradient =
        Gradients.of(
            network
                .forward(parameters.with(at), batch(TOKENS), new Recording())
                .logits()
                .crossEntropy(labels)
                .mean(),
            at);
    for (int trial = 0; trial < 3; trial++) {
      Tensor direction =
          Tensor.normal(RandomStream.of(trial, "direction"), 1, parameters.flat().size());
      double h = 1e-6;
      double slope =
          (loss(settings, parameters, direction, h) - loss(settings, parameters, direction, -h))
              / (2 * h);
      double expected = gradient.dot(direction).item();
      assertEquals(slope, expected, 1e-4 * Math.max(1, Math.abs(expected)));
    }
  }

  /** Where tokens occur again at the same position, they are treated together. */
  @ParameterizedTest
  @MethodSource("settings")
  void repeatedTokensAreAsSingleOnes(Settings settings) {
    Network network = new TransformerDecoder(settings).build(ONE);
    Parameters parameters = parameters(network);
    int[][] examples = {{1, 2, 3, 4}, {1, 5, 3, 4}, {1, 5, 6, 4}, {0, 2, 3, 4}, {0, 2, 6, 4}};
    int n = 5;
    Tensor at = parameters.flat().variable();
    int[] tokens = Arrays.stream(examples).flatMapToInt(Arrays::stream).toArray();
    Output together = network.forward(parameters.with(at), batch(tokens), new Recording());
    Tensor embedded = together.feature("embedding");
    Tensor loss = together.logits().square().sum();
    List<Tensor> gradients = Gradients.of(loss, at, embedded);
    List<Tensor> onlyParameters = Gradients.of(loss, new Tensor[] {at});
    Tensor sum = Tensor.zeros(parameters.flat().size());
    for (int b = 0; b < n; b++) {
      Tensor one = parameters.flat().variable();
      Output single = network.forward(parameters.with(one), batch(examples[b]), new Recording());
      assertArrayEquals(
          single.logits().toArray(), together.logits().slice(0, b, b + 1).toArray(), "logits");
      List<Tensor> own =
          Gradients.of(single.logits().square().sum(), one, single.feature("embedding"));
      sum = sum.plus(own.get(0));
      assertArrayEquals(
          own.get(1).toArray(), gradients.get(1).slice(0, b, b + 1).toArray(), 1e-5f, "embedding");
    }
    float allowed = 1e-5f * Math.max(1, sum.abs().max(false, 0).item());
    assertArrayEquals(sum.toArray(), gradients.get(0).toArray(), allowed, "with the feature");
    assertArrayEquals(sum.toArray(), onlyParameters.get(0).toArray(), allowed, "parameters");
  }

  private static double[] doubles(Tensor values) {
    float[] floats = values.toArray();
    double[] doubles = new double[floats.length];
    Arrays.setAll(doubles, i -> floats[i]);
    return doubles;
  }

  private static double loss(Settings settings, Parameters from, Tensor direction, double h) {
    double[] moved = doubles(from.flat());
    double[] d = doubles(direction);
    for (int i = 0; i < moved.length; i++) {
      moved[i] += h * d[i];
    }
    Reference reference = new Reference(settings, from.layout(), moved);
    int[] labels = {4, 0, 6};
    double sum = 0;
    for (int b = 0; b < 3; b++) {
      int[] tokens = Arrays.copyOfRange(TOKENS, b * LENGTH, (b + 1) * LENGTH);
      double[] logits = reference.logits(CLASSES, tokens)[LENGTH - 1];
      double total = 0;
      for (double logit : logits) {
        total += Math.exp(logit);
      }
      sum += Math.log(total) - logits[labels[b]];
    }
    return sum / 3;
  }

  @Test
  void featuresAreNamedPlacedAndShaped() {
    Network network =
        new TransformerDecoder(small(2, Norm.POST, Positions.LEARNED, true, false)).build(ONE);
    Recording recording = new Recording();
    Output output = network.forward(parameters(network), batch(TOKENS), recording);
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
    assertEquals(List.copyOf(output.features().keySet()), List.copyOf(recording.sites.keySet()));
    assertEquals(Site.EMBEDDING, recording.sites.get("embedding"));
    assertEquals(Site.BRANCH, recording.sites.get("block.1.attention"));
    assertEquals(Site.BRANCH, recording.sites.get("block.0.mlp"));
    assertEquals(Site.STREAM, recording.sites.get("block.0.stream"));
    assertEquals(Site.REPRESENTATION, recording.sites.get("representation"));
    assertEquals(Shape.of(3, LENGTH, 8), output.feature("block.0.stream").shape());
    assertEquals(Shape.of(3, 1, 8), output.feature("block.1.stream").shape());
    assertEquals(Shape.of(3, 8), output.feature("representation").shape());
  }

  @Test
  void whatAHookMakesOfAFeatureGoesOn() {
    Network network =
        new TransformerDecoder(small(1, Norm.NONE, Positions.LEARNED, true, false)).build(ONE);
    Parameters parameters = parameters(network);
    Tensor logits =
        network.forward(parameters, batch(TOKENS), new Recording("representation")).logits();
    float[] bias = parameters.get("readout.bias").toArray();
    for (int b = 0; b < 3; b++) {
      assertArrayEquals(bias, logits.slice(0, b, b + 1).toArray(), 1e-7f);
    }
  }

  @Test
  void theNetworkOfThePaperHasItsSize() {
    Settings paper =
        new Settings(
            2,
            128,
            4,
            0,
            Norm.POST,
            Positions.SINUSOIDAL,
            Activation.RELU,
            false,
            false,
            Initialization.UNIFORM,
            0,
            0);
    Network network =
        new TransformerDecoder(paper)
            .build(new DataSpec(new InputSpec.Tokens(99, 4), new TargetSpec.Classes(97)));
    int blocks = 2 * (4 * 128 * 128 + 2 * 128 * 512);
    assertEquals(
        blocks,
        network.layout().entries().stream()
            .filter(e -> e.role() == Role.WEIGHT && e.name().startsWith("block"))
            .mapToInt(e -> e.size())
            .sum());
    assertEquals(blocks + 2 * 4 * 128 + 99 * 128 + 128 * 97, network.layout().size());
  }

  @Test
  void aNarrowLayerBeforeTheReadOutBoundsTheRankOfTheLogits() {
    Settings narrow =
        new Settings(
            1,
            8,
            2,
            0,
            Norm.PRE,
            Positions.LEARNED,
            Activation.RELU,
            true,
            false,
            Initialization.UNIFORM,
            0,
            2);
    Network network = new TransformerDecoder(narrow).build(EACH);
    Parameters parameters = parameters(network);
    Output output = network.forward(parameters, batch(TOKENS), new Recording());
    assertEquals(Shape.of(3, LENGTH, 2), output.feature("representation").shape());
    Reference reference = new Reference(narrow, network.layout(), doubles(parameters.flat()));
    double[][] expected = reference.logits(CLASSES, Arrays.copyOf(TOKENS, LENGTH));
    for (int t = 0; t < LENGTH; t++) {
      for (int k = 0; k < CLASSES; k++) {
        assertEquals(expected[t][k], output.logits().get(0, t, k), 2e-5);
      }
    }
    Tensor table = output.logits().reshape(3 * LENGTH, CLASSES);
    double[] singular = LinearAlgebra.singularValues(table.minus(parameters.get("readout.bias")));
    assertTrue(singular[1] > 1e-2 && singular[2] < 1e-5, Arrays.toString(singular));
    assertEquals(
        "readout",
        assertThrows(
                SettingException.class,
                () ->
                    new Settings(
                        1,
                        8,
                        2,
                        0,
                        Norm.PRE,
                        Positions.LEARNED,
                        Activation.RELU,
                        true,
                        true,
                        Initialization.UNIFORM,
                        0,
                        2))
            .setting());
  }

  @Test
  void sharedBlocksAreStoredOnce() {
    int once = new TransformerDecoder(shared(2, 2)).build(ONE).layout().size();
    Network looped = new TransformerDecoder(shared(4, 2)).build(ONE);
    assertEquals(once, looped.layout().size());
    Output output = looped.forward(parameters(looped), batch(TOKENS), new Recording());
    assertTrue(output.features().containsKey("block.3.stream"));
    assertEquals(
        "sharedLayers", assertThrows(SettingException.class, () -> shared(2, 3)).setting());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    SettingException e =
        assertThrows(
            SettingException.class,
            () ->
                new Settings(
                    1,
                    10,
                    4,
                    0,
                    Norm.PRE,
                    Positions.LEARNED,
                    Activation.RELU,
                    true,
                    false,
                    Initialization.UNIFORM,
                    0,
                    0));
    assertEquals("heads", e.setting());
    TransformerDecoder decoder =
        new TransformerDecoder(small(1, Norm.PRE, Positions.LEARNED, true, true));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            decoder.build(
                new DataSpec(new InputSpec.Values(List.of(3)), new TargetSpec.Classes(2))));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            decoder.build(
                new DataSpec(new InputSpec.Tokens(5, 3), new TargetSpec.Values(List.of(2)))));
    assertThrows(
        IllegalArgumentException.class,
        () -> decoder.build(new DataSpec(new InputSpec.Tokens(5, 3), new TargetSpec.Classes(6))));
  }
}
