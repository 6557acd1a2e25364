package org.genlab.procedures.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.genlab.api.Randomness;
import org.genlab.api.SettingException;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.FittedNetwork;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.State;
import org.genlab.procedures.data.LabelMemorization.Initial;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class LabelMemorizationTest {
  /** A point, how often it occurs and its label: 0 once, 1 twice, 2 five times. */
  private static final int[] POINTS = {0, 1, 1, 2, 2, 2, 2, 2};

  private static final int[] COUNTS = {1, 2, 2, 5, 5, 5, 5, 5};
  private static final int[] LABELS = {1, 1, 1, 1, 1, 1, 1, 1};
  private static final int N = POINTS.length;

  private record Data(TargetSpec target) implements Dataset {
    @Override
    public DataSpec spec() {
      return new DataSpec(new InputSpec.Tokens(3, 1), target);
    }

    @Override
    public List<Split> splits() {
      return List.of(new Examples("train", N));
    }
  }

  private record Examples(String name, int size) implements Split {
    @Override
    public Batch batch(int... indices) {
      int n = indices.length;
      return Batch.of(n)
          .with(Batch.INPUT, IntTensor.of(chosen(POINTS, indices), n, 1))
          .with(Batch.TARGET, IntTensor.of(chosen(LABELS, indices), n))
          .with("count", IntTensor.of(chosen(COUNTS, indices), n))
          .with(Annotation.INDEX, IntTensor.of(indices, n));
    }

    private static int[] chosen(int[] of, int... indices) {
      return IntStream.of(indices).map(i -> of[i]).toArray();
    }
  }

  /** Says 1 of the points that it has seen, and 0 of the others. */
  private record Table() implements FittedNetwork {
    @Override
    public ParameterLayout layout() {
      return Toy.LAYOUT;
    }

    @Override
    public Parameters initialize(RandomStream random) {
      return new Parameters(Toy.LAYOUT, Tensor.zeros(1));
    }

    @Override
    public State fit(Split split, Randomness randomness) {
      float[] logits = {1, 0, 1, 0, 1, 0};
      for (int point : split.range(0, split.size()).tokens().toArray()) {
        logits[2 * point + 1] = 2;
      }
      return State.empty().with("table", Tensor.of(logits, 3, 2));
    }

    @Override
    public Output forward(Parameters parameters, Batch batch, Forward forward) {
      throw new AssertionError("the host is a fake");
    }
  }

  private static LabelMemorization.Settings settings(int trainings, double share) {
    return new LabelMemorization.Settings(
        trainings, share, 2, 0, Initial.REDRAWN, 0.25, Optional.of("count"), List.of(1, 2, 4));
  }

  private static RandomStream stream(String name, long... counters) {
    return RandomStream.of(4, name, counters);
  }

  private static Toy run(LabelMemorization.Settings settings) {
    Toy toy = new Toy(new Data(new TargetSpec.Classes(2)), new Table());
    toy.run(
        new LabelMemorization(settings, toy.dataset(), LabelMemorizationTest::stream, toy.slots()));
    return toy;
  }

  private static double last(Toy toy, String name) {
    double[] values = toy.series("label-memorization/" + name).orElseThrow().values();
    return values[values.length - 1];
  }

  /** The mean over subsets of size k of whether another example of the same point is in them. */
  private static double anotherIsThere(int i, int k, boolean within) {
    int subsets = 0;
    int there = 0;
    for (int set = 0; set < 1 << N; set++) {
      if (Integer.bitCount(set) == k && (set >> i & 1) == (within ? 1 : 0)) {
        subsets++;
        int others = set & ~(1 << i);
        there +=
            IntStream.range(0, N).anyMatch(j -> (others >> j & 1) == 1 && POINTS[j] == POINTS[i])
                ? 1
                : 0;
      }
    }
    return (double) there / subsets;
  }

  /** A table knows what it has seen: mem(i) = 1 - P[the point is there without i]. */
  @Test
  void theEstimateIsThatOfAllSubsets() {
    Toy toy = run(settings(3000, 0.5));
    double all = 0;
    int[] first = {0, 1, 3};
    int[] group = {1, 2, 4};
    for (int g = 0; g < 3; g++) {
      double exact = 1 - anotherIsThere(first[g], N / 2, false);
      assertEquals(exact, last(toy, "mean-" + group[g]), 0.03);
      assertEquals(1, last(toy, "held-in-" + group[g]));
      assertEquals(1 - exact, last(toy, "held-out-" + group[g]), 0.03);
      assertEquals(COUNTS[first[g]], last(toy, "examples-" + group[g]));
      all += exact * COUNTS[first[g]] / N;
    }
    assertEquals(1, last(toy, "mean-1"), "what is seen once is all memorised");
    assertEquals(0, last(toy, "mean-4"), 1e-9, "another of five is always there");
    assertEquals(all, last(toy, "mean"), 0.02);
    // Once and twice, with 1 - 4 / 7.
    assertEquals(3.0 / N, last(toy, "memorized"));
  }

  /** The definition, with the subsets drawn once more. */
  @Test
  void fewTrainingsAreCountedExactly() {
    int trainings = 5;
    int size = 3;
    double sum = 0;
    int known = 0;
    for (int i = 0; i < N; i++) {
      double[] right = {0, 0};
      double[] made = {0, 0};
      for (int j = 0; j < trainings; j++) {
        int[] order = stream("subset", j).permutation(N);
        int example = i;
        int in = IntStream.range(0, size).anyMatch(k -> order[k] == example) ? 1 : 0;
        made[in]++;
        right[in] +=
            IntStream.range(0, size).anyMatch(k -> POINTS[order[k]] == POINTS[example]) ? 1 : 0;
      }
      if (made[0] > 0 && made[1] > 0) {
        known++;
        sum += right[1] / made[1] - right[0] / made[0];
      }
    }
    assertTrue(known < N, "one is in all or none of them");
    Toy toy = run(settings(trainings, 0.4));
    assertEquals(sum / known, last(toy, "mean"), 1e-9);
  }

  @Test
  void eachTrainingEndsWithARecord() {
    Toy toy = run(settings(4, 0.5));
    assertEquals(8, toy.step());
    long[] steps = toy.series("label-memorization/mean").orElseThrow().steps();
    // After one training nothing is known of any example.
    assertArrayEquals(new long[] {4, 6, 8}, steps);
    assertEquals(8, toy.seen.size());
    assertEquals(toy.seen.get(0), toy.seen.get(1), "within a training");
    assertNotEquals(toy.seen.get(1), toy.seen.get(2));
    assertEquals(4, toy.seen.get(0).size());
  }

  /** Heavy-ball descent from 7: a training begins with the parameters and velocity of the first. */
  @Test
  void eachTrainingIsFromScratch() {
    Toy toy = new Toy(N);
    Dataset dataset = new Data(new TargetSpec.Classes(2));
    LabelMemorization.Settings same =
        new LabelMemorization.Settings(
            3, 0.5, 1, 0, Initial.SAME, 0.25, Optional.empty(), List.of());
    List<Float> path =
        toy.run(new LabelMemorization(same, dataset, LabelMemorizationTest::stream, toy.slots()));
    for (int j = 0; j < 3; j++) {
      double target = toy.seen.get(j).stream().mapToInt(i -> i).average().orElseThrow();
      assertEquals(7 - 0.1 * (7 - target), path.get(j), 1e-5);
    }
    assertFalse(toy.series("label-memorization/mean-0").isPresent(), "groups are not asked for");
  }

  @Test
  void twiceTheSameIsTheSame() {
    assertEquals(run(settings(7, 0.4)).series, run(settings(7, 0.4)).series);
  }

  @Test
  void mistakesAreNamed() {
    Dataset classes = new Data(new TargetSpec.Classes(2));
    assertRefused("at least one example and not all", settings(3, 0.01), classes);
    assertRefused("not all", settings(3, 0.99), classes);
    assertRefused(
        "needs targets that are classes", settings(3, 0.5), new Data(new TargetSpec.None()));
    LabelMemorization.Settings domain =
        new LabelMemorization.Settings(
            3, 0.5, 1, 0, Initial.SAME, 0.25, Optional.of("domain"), List.of());
    assertRefused("the examples have [input, target, count, index]", domain, classes);
    SettingException order =
        assertThrows(
            SettingException.class,
            () ->
                new LabelMemorization.Settings(
                    3, 0.5, 1, 0, Initial.SAME, 0.25, Optional.empty(), List.of(2, 1)));
    assertTrue(order.getMessage().contains("ascending"), order.getMessage());
  }

  private static void assertRefused(
      String why, LabelMemorization.Settings settings, Dataset dataset) {
    Toy toy = new Toy(N);
    RuntimeException refused =
        assertThrows(
            RuntimeException.class,
            () ->
                new LabelMemorization(
                    settings, dataset, LabelMemorizationTest::stream, toy.slots()));
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }
}
