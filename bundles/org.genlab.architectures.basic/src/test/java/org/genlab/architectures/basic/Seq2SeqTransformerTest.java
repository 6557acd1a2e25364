package org.genlab.architectures.basic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Forward.Site;
import org.genlab.api.model.Network;
import org.genlab.api.model.Parameters;
import org.genlab.architectures.basic.Seq2SeqTransformer.Settings;
import org.genlab.architectures.basic.TransformerDecoder.Norm;
import org.genlab.architectures.basic.TransformerDecoder.Positions;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Shape;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Seq2SeqTransformerTest {
  private static final int CLASSES = 6;

  /** Sources of up to 5 of 9 tokens, targets of up to 4 of 7. */
  private static final DataSpec PAIRS =
      new DataSpec(
          new InputSpec.Columns(Seq2SeqTransformer.FORMAT, List.of("source", "prefix")),
          new TargetSpec.ClassPerPosition(CLASSES),
          Map.of("source-vocabulary", 9.0, "source-length", 5.0, "vocabulary", 7.0, "length", 4.0));

  static Stream<Settings> settings() {
    List<Settings> all = new ArrayList<>();
    for (Norm norm : Norm.values()) {
      for (Positions positions : Positions.values()) {
        all.add(small(1, 2, norm, positions, norm != Norm.NONE));
      }
    }
    return all.stream();
  }

  private static Settings small(
      int layers, int decoderLayers, Norm norm, Positions positions, boolean bias) {
    return new Settings(
        layers,
        decoderLayers,
        8,
        2,
        12,
        norm,
        positions,
        Activation.RELU,
        bias,
        Initialization.UNIFORM);
  }

  private static Batch batch(int[][] source, int[][] prefix) {
    return Batch.of(source.length)
        .with(Seq2SeqTransformer.SOURCE, columns(source))
        .with(Seq2SeqTransformer.PREFIX, columns(prefix));
  }

  private static IntTensor columns(int[]... rows) {
    int[] flat = Arrays.stream(rows).flatMapToInt(Arrays::stream).toArray();
    return IntTensor.of(flat, rows.length, rows[0].length);
  }

  /** Parameters that are all away from their starting values, norms and biases included. */
  private static Parameters parameters(Network network) {
    Parameters start = network.initialize(RandomStream.of(3, "test"));
    return start.map(
        flat -> flat.plus(Tensor.normal(RandomStream.of(4, "test"), 0.2, flat.size())));
  }

  private static double[] doubles(Tensor values) {
    float[] floats = values.toArray();
    double[] doubles = new double[floats.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }

  private static Tensor logits(Network network, Parameters parameters, Batch batch) {
    return network.forward(parameters, batch, new Recording()).logits();
  }

  @ParameterizedTest
  @MethodSource("settings")
  void agreesWithPlainLoops(Settings settings) {
    Network network = new Seq2SeqTransformer(settings).build(PAIRS);
    Parameters parameters = parameters(network);
    int[][] source = {{0, 8, 3, 3}, {5, 2, 7, 1}};
    int[][] prefix = {{6, 0, 1}, {6, 5, 5}};
    Tensor logits = logits(network, parameters, batch(source, prefix));
    assertEquals(Shape.of(2, 3, CLASSES), logits.shape());
    Seq2SeqReference reference =
        new Seq2SeqReference(settings, network.layout(), doubles(parameters.flat()));
    for (int b = 0; b < 2; b++) {
      double[][] expected = reference.logits(CLASSES, source[b], prefix[b]);
      for (int t = 0; t < 3; t++) {
        for (int k = 0; k < CLASSES; k++) {
          assertEquals(expected[t][k], logits.get(b, t, k), 5e-5);
        }
      }
    }
  }

  @Test
  void noPositionSeesLaterTargetsAndAllSeeTheWholeSource() {
    Network network =
        new Seq2SeqTransformer(small(2, 2, Norm.PRE, Positions.LEARNED, true)).build(PAIRS);
    Parameters parameters = parameters(network);
    int[][] source = {{0, 8, 3, 3}};
    Tensor before = logits(network, parameters, batch(source, new int[][] {{6, 0, 1, 2}}));
    Tensor after = logits(network, parameters, batch(source, new int[][] {{6, 0, 4, 4}}));
    assertArrayEquals(before.slice(1, 0, 2).toArray(), after.slice(1, 0, 2).toArray());
    assertTrue(before.slice(1, 2, 3).minus(after.slice(1, 2, 3)).abs().sum().item() > 1e-3);
    Tensor other =
        logits(network, parameters, batch(new int[][] {{0, 8, 3, 4}}, new int[][] {{6, 0, 1, 2}}));
    assertTrue(before.slice(1, 0, 1).minus(other.slice(1, 0, 1)).abs().sum().item() > 1e-3);
  }

  @Test
  void paddingOfTheSourceChangesNothing() {
    Network network =
        new Seq2SeqTransformer(small(2, 1, Norm.POST, Positions.LEARNED, true)).build(PAIRS);
    Parameters parameters = parameters(network);
    int[][] prefix = {{6, 0}, {6, 3}};
    Tensor padded =
        logits(
            network, parameters, batch(new int[][] {{1, 2, -1, -1, -1}, {4, 4, 8, 0, 7}}, prefix));
    Tensor alone = logits(network, parameters, batch(new int[][] {{1, 2}}, new int[][] {{6, 0}}));
    assertArrayEquals(alone.toArray(), padded.slice(0, 0, 1).toArray(), 2e-6f);
  }

  /** The reference's central differences along random directions. */
  @ParameterizedTest
  @MethodSource("settings")
  void gradientsAreThoseOfTheReference(Settings settings) {
    Network network = new Seq2SeqTransformer(settings).build(PAIRS);
    Parameters parameters = parameters(network);
    int[] source = {0, 8, 3, 3};
    int[] prefix = {6, 0, 1};
    Tensor at = parameters.flat().variable();
    Tensor squares =
        logits(network, parameters.with(at), batch(new int[][] {source}, new int[][] {prefix}))
            .square()
            .sum();
    Tensor gradient = Gradients.of(squares, at);
    double[] values = doubles(parameters.flat());
    for (int trial = 0; trial < 3; trial++) {
      double[] d = doubles(Tensor.normal(RandomStream.of(trial, "direction"), 1, values.length));
      double h = 1e-6;
      double slope = 0;
      double[] up = values.clone();
      double[] down = values.clone();
      for (int i = 0; i < d.length; i++) {
        slope += gradient.get(i) * d[i];
        up[i] += h * d[i];
        down[i] -= h * d[i];
      }
      double difference =
          (squares(settings, network, up, source, prefix)
                  - squares(settings, network, down, source, prefix))
              / (2 * h);
      assertEquals(difference, slope, 1e-3 * (1 + Math.abs(difference)));
    }
  }

  private static double squares(
      Settings settings, Network network, double[] values, int[] source, int[] prefix) {
    double[][] logits =
        new Seq2SeqReference(settings, network.layout(), values).logits(CLASSES, source, prefix);
    return Arrays.stream(logits).flatMapToDouble(Arrays::stream).map(x -> x * x).sum();
  }

  @Test
  void oneClassIsReadFromTheSource() {
    Settings settings = small(2, 2, Norm.PRE, Positions.LEARNED, true);
    DataSpec one = new DataSpec(new InputSpec.Tokens(9, 3), new TargetSpec.Classes(CLASSES));
    Network network = new Seq2SeqTransformer(settings).build(one);
    Parameters parameters = parameters(network);
    Recording recording = new Recording();
    Batch batch = Batch.of(2).with(Batch.INPUT, columns(new int[] {1, 2, 3}, new int[] {8, 0, 0}));
    Tensor logits = network.forward(parameters, batch, recording).logits();
    assertEquals(Shape.of(2, CLASSES), logits.shape());
    double[][] expected =
        new Seq2SeqReference(settings, network.layout(), doubles(parameters.flat()))
            .logits(CLASSES, new int[] {8, 0, 0}, new int[] {0});
    for (int k = 0; k < CLASSES; k++) {
      assertEquals(expected[0][k], logits.get(1, k), 5e-5);
    }
    assertEquals(Site.BRANCH, recording.sites.get("decoder.block.1.cross"));
    assertEquals(Site.STREAM, recording.sites.get("encoder.block.1.stream"));
    assertEquals(Site.REPRESENTATION, recording.sites.get("representation"));
  }

  /** Attention 4 (w^2 + w), perceptron 2 w h + h + w, a norm 2 w. */
  @Test
  void hasTheParametersOfTheClosedForm() {
    Network network =
        new Seq2SeqTransformer(small(1, 2, Norm.PRE, Positions.LEARNED, true)).build(PAIRS);
    int w = 8;
    int h = 12;
    int attention = 4 * (w * w + w) + 2 * w;
    int perceptron = 2 * w * h + h + w + 2 * w;
    assertEquals(
        (9 + 5 + 7 + 4) * w
            + (attention + perceptron)
            + 2 * (2 * attention + perceptron)
            + 2 * 2 * w
            + w * CLASSES
            + CLASSES,
        network.layout().size());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThrows(
        SettingException.class,
        () ->
            new Settings(
                1, 1, 8, 3, 0, Norm.PRE, Positions.NONE, Activation.RELU, true, Initialization.HE));
    Seq2SeqTransformer any = new Seq2SeqTransformer(small(1, 1, Norm.PRE, Positions.NONE, true));
    for (DataSpec spec :
        List.of(
            new DataSpec(new InputSpec.Values(List.of(3)), new TargetSpec.Classes(2)),
            new DataSpec(new InputSpec.Tokens(3, 3), new TargetSpec.ClassPerPosition(2)),
            new DataSpec(PAIRS.input(), PAIRS.target()))) {
      assertThrows(IllegalArgumentException.class, () -> any.build(spec));
    }
  }
}
