package org.genlab.tensor;

import static org.genlab.tensor.Refusals.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class SequencesTest {
  private static final RandomStream RANDOM = RandomStream.of(1, "sequences");

  private static Tensor draw(int... shape) {
    return Tensor.normal(RANDOM, 1, shape);
  }

  @Test
  void probabilitiesLeaveTheBitsAsTheyAre() {
    Tensor q = draw(2, 5, 3, 8);
    Tensor k = draw(2, 7, 3, 8);
    Attentions options = Attentions.plain().causal().bias(draw(3, 5, 7));
    Attentions.Result fast = options.withProbabilities(q, k, k);
    Attentions.Result tracked = options.withProbabilities(q.variable(), k, k);
    assertArrayEquals(options.apply(q, k, k).toArray(), fast.values().toArray());
    assertArrayEquals(fast.values().toArray(), tracked.values().toArray());
    assertArrayEquals(fast.probabilities().toArray(), tracked.probabilities().toArray());
  }

  @Test
  void aQueryThatSeesNothingGivesZeros() {
    Tensor x = draw(2, 3, 1, 4).variable();
    Tensor visible = Tensor.of(new float[] {1, 1, 1, 0, 0, 0}, 2, 1, 1, 3);
    Tensor y = Attentions.plain().bias(Attentions.mask(visible)).apply(x, x, x);
    assertArrayEquals(new float[12], Arrays.copyOfRange(y.toArray(), 12, 24));
    float[] gradient = Gradients.of(y.exp().sum(), x).toArray();
    assertArrayEquals(new float[12], Arrays.copyOfRange(gradient, 12, 24));
  }

  @Test
  void hiddenPositionsDoNotCount() {
    Tensor q = draw(1, 2, 1, 4);
    Tensor k = draw(1, 5, 1, 4);
    Tensor bias = Attentions.padding(IntTensor.of(new int[] {3}, 1), 5);
    assertArrayEquals(
        q.attention(k.slice(1, 0, 3), k.slice(1, 0, 3), false).toArray(),
        Attentions.plain().bias(bias).apply(q, k, k).toArray());
  }

  @Test
  void slopesAreThoseOfThePaper() {
    double[] eight = Attentions.alibiSlopes(8);
    for (int h = 0; h < 8; h++) {
      assertEquals(Math.pow(2, -(h + 1)), eight[h]);
    }
    assertEquals(12, Attentions.alibiSlopes(12).length);
    assertEquals(Math.sqrt(0.5), Attentions.alibiSlopes(12)[8], 1e-15);
    assertEquals(Math.pow(2, -1.5), Attentions.alibiSlopes(12)[9], 1e-15);
    float[] bias = Attentions.alibi(1, 2, 3).toArray();
    float slope = 1 / 256f;
    assertArrayEquals(new float[] {-slope, -0f, -slope, -2 * slope, -slope, -0f}, bias);
  }

  @Test
  void bucketsGrowWithTheDistance() {
    assertEquals(
        IntTensor.of(new int[] {0, 0, 0, 1, 0, 0, 2, 1, 0}, 3, 3),
        Attentions.relativeBuckets(3, 3, 8, 20, false));
    assertEquals(
        IntTensor.of(new int[] {0, 5, 6, 1, 0, 5, 2, 1, 0}, 3, 3),
        Attentions.relativeBuckets(3, 3, 8, 20, true));
    int[] last = Attentions.relativeBuckets(1, 200, 32, 128, true).toArray();
    assertEquals(15, last[0]);
    assertEquals(15, last[199 - 127]);
    assertEquals(8, last[199 - 8]);
    assertEquals(7, last[199 - 7]);
    refuses(() -> Attentions.relativeBuckets(1, 1, 7, 20, true), "7 buckets");
    refuses(() -> Attentions.relativeBuckets(1, 1, 8, 1, false), "up to 1");
  }

  @Test
  void rotatedScoresDependOnDistancesOnly() {
    Tensor q = draw(1, 4, 2, 6);
    Tensor k = draw(1, 4, 2, 6);
    float[] near = Attentions.rotary(q).attention(Attentions.rotary(k), k, false).toArray();
    float[] far =
        Attentions.rotary(q, 30, 10000)
            .attention(Attentions.rotary(k, 30, 10000), k, false)
            .toArray();
    assertArrayEquals(near, far, 1e-5f);
  }

  @Test
  void attentionRefusesWhatDoesNotFit() {
    Tensor x = draw(2, 3, 1, 4);
    refuses(() -> Tensor.scalar(1).attention(x, x, true), "attention", "[]");
    refuses(
        () -> Attentions.plain().bias(draw(3, 2)).apply(x, x, x),
        "Attentions.apply",
        "[3, 2]",
        "[2, 1, 3, 3]");
    refuses(() -> Attentions.plain().scale(Double.NaN), "scale", "NaN");
    refuses(() -> Attentions.padding(IntTensor.of(new int[] {4}, 1), 3), "length 4", "3 positions");
    refuses(() -> Attentions.padding(IntTensor.of(new int[1]), 3), "padding", "[]");
    refuses(() -> Attentions.rotary(draw(1, 2, 1, 3)), "rotary", "[1, 2, 1, 3]");
    refuses(() -> Attentions.rotary(x, 0, 0), "rotary", "0.0");
    refuses(() -> Attentions.alibiSlopes(0), "0 heads");
    refuses(
        () -> Attentions.relativeBias(draw(2), IntTensor.of(new int[1], 1, 1)),
        "relativeBias",
        "[2]");
  }

  @Test
  void sequencesThatEndKeepTheirState() {
    Tensor x = draw(2, 4, 3);
    Tensor w = draw(3, 8);
    Tensor u = draw(2, 8);
    Recurrent.LstmStates whole = Recurrent.lstm(x, null, null, w, u, null);
    IntTensor lengths = IntTensor.of(new int[] {2, 4}, 2);
    Recurrent.LstmStates ended = Recurrent.lstm(x, null, null, w, u, null, lengths);
    for (int j = 0; j < 2; j++) {
      assertEquals(whole.all().get(0, 1, j), ended.last().get(0, j));
      assertEquals(whole.all().get(0, 1, j), ended.all().get(0, 3, j));
      assertEquals(whole.last().get(1, j), ended.last().get(1, j));
      assertEquals(whole.cell().get(1, j), ended.cell().get(1, j));
    }
  }

  @Test
  void recurrentCellsRefuseWhatDoesNotFit() {
    Tensor x = draw(2, 4, 3);
    Tensor w = draw(3, 8);
    Tensor u = draw(2, 8);
    refuses(() -> Recurrent.lstm(draw(2, 3), null, null, w, u, null), "lstm", "[2, 3]");
    refuses(() -> Recurrent.lstm(x, null, null, u, u, null), "lstm", "[2, 4, 3]", "[2, 8]");
    refuses(() -> Recurrent.gru(x, null, w, u, null, null), "gru", "[3, 8]", "[2, 8]");
    refuses(() -> Recurrent.lstm(x, null, null, w, u, draw(2)), "lstm", "bias", "[2]");
    refuses(() -> Recurrent.lstm(x, draw(3, 2), null, w, u, null), "lstm", "state", "[3, 2]");
    refuses(() -> Recurrent.lstm(x, null, draw(2), w, u, null), "lstm", "state", "[2]");
    refuses(
        () -> Recurrent.gru(x, null, draw(3, 6), draw(2, 6), null, draw(3)),
        "gru",
        "candidate",
        "[3]");
    refuses(
        () -> Recurrent.lstm(x, null, null, w, u, null, IntTensor.of(new int[] {5, 1}, 2)),
        "lstm",
        "length 5",
        "[2, 4, 3]");
    refuses(
        () -> Recurrent.lstm(x, null, null, w, u, null, IntTensor.of(new int[] {1}, 1)),
        "lstm",
        "lengths",
        "[1]");
  }

  @Test
  void runningSumsRefuseScalars() {
    refuses(() -> Tensor.scalar(1).cumulativeSum(0), "cumulativeSum", "scalar");
    refuses(() -> draw(2).cumulativeSum(1), "axis 1", "[2]");
  }
}
