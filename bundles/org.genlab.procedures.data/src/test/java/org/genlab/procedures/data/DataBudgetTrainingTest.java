package org.genlab.procedures.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.procedures.data.DataBudgetTraining.Pool;
import org.genlab.procedures.data.DataBudgetTraining.Settings;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class DataBudgetTrainingTest {
  private record Empty(String name, int size) implements Split {
    @Override
    public Batch batch(int... indices) {
      return Batch.of(indices.length);
    }
  }

  private record Data(int size) implements Dataset {
    @Override
    public DataSpec spec() {
      return new DataSpec(new InputSpec.Values(List.of(1)), new TargetSpec.None());
    }

    @Override
    public List<Split> splits() {
      return List.of(new Empty("train", size), new Empty("validation", 5));
    }
  }

  private static DataBudgetTraining procedure(Settings settings, int size) {
    return new DataBudgetTraining(
        settings, new Data(size), (name, counters) -> RandomStream.of(1, name, counters));
  }

  /** How often each index is drawn in the steps from one to another. */
  private static Map<Integer, Integer> counts(DataBudgetTraining procedure, int from, int to) {
    Map<Integer, Integer> counts = new HashMap<>();
    for (int step = from; step < to; step++) {
      for (int index : procedure.indices(step)) {
        counts.merge(index, 1, Integer::sum);
      }
    }
    return counts;
  }

  @Test
  void shufflesArePermutations() {
    for (int n : new int[] {1, 2, 3, 4, 5, 16, 17, 1000}) {
      int[] all = IntStream.range(0, n).map(new Shuffle(n, 7)::at).toArray();
      assertArrayEquals(
          IntStream.range(0, n).toArray(), Arrays.stream(all).sorted().toArray(), "of " + n);
    }
    Shuffle large = new Shuffle(Integer.MAX_VALUE, 3);
    assertEquals(
        10000, IntStream.range(0, 10000).map(large::at).distinct().filter(i -> i >= 0).count());
  }

  /** Each of 5 numbers at each place about as often, over 5,000 keys: 1,000 with deviation 28. */
  @Test
  void shufflesAreUniform() {
    int[][] counts = new int[5][5];
    for (long key = 0; key < 5000; key++) {
      Shuffle shuffle = new Shuffle(5, RandomStream.of(key, "key").nextLong());
      for (int i = 0; i < 5; i++) {
        counts[i][shuffle.at(i)]++;
      }
    }
    for (int[] row : counts) {
      for (int count : row) {
        assertEquals(1000, count, 140);
      }
    }
  }

  @Test
  void singleUseTrainingUsesNoExampleTwice() {
    Settings settings = new Settings(100, 8, 0, Pool.RANDOM, 0, 0, 0);
    Map<Integer, Integer> counts = counts(procedure(settings, 2000), 0, 100);
    assertEquals(800, counts.size());
    assertTrue(counts.values().stream().allMatch(c -> c == 1));
    assertTrue(counts.keySet().stream().anyMatch(i -> i >= 800), "any of the split");
    Settings first = new Settings(100, 8, 0, Pool.FIRST, 0, 0, 0);
    assertEquals(
        IntStream.range(0, 800).boxed().collect(java.util.stream.Collectors.toSet()),
        counts(procedure(first, 2000), 0, 100).keySet());
  }

  /** 4,000 draws from 40: each 100 times, with a deviation of 10. */
  @Test
  void aPoolIsDrawnFromUniformly() {
    for (Pool pool : Pool.values()) {
      Map<Integer, Integer> counts =
          counts(procedure(new Settings(500, 8, 40, pool, 0, 0, 0), 2000), 0, 500);
      assertEquals(40, counts.size());
      counts.values().forEach(c -> assertEquals(100, c, 50));
      assertEquals(
          pool == Pool.FIRST, counts.keySet().stream().mapToInt(i -> i).max().getAsInt() == 39);
    }
  }

  /** p = 1/4 of 4,000 draws are of 10 examples, 100 each; the others of 290, about 10 each. */
  @Test
  void twoSetTrainingDrawsASmallSetMoreOften() {
    DataBudgetTraining procedure =
        procedure(new Settings(500, 8, 300, Pool.FIRST, 10, 0.25, 0), 2000);
    Map<Integer, Integer> counts = counts(procedure, 0, 500);
    List<Integer> often = often(counts);
    assertEquals(10, often.size());
    double share = often.stream().mapToInt(counts::get).sum() / 4000.0;
    assertEquals(0.25, share, 0.035);
    assertEquals(often, often(counts(procedure, 250, 500)), "the set stays");
    assertTrue(often.stream().anyMatch(i -> i >= 10), "any of the pool");
  }

  private static List<Integer> often(Map<Integer, Integer> counts) {
    double mean = counts.values().stream().mapToInt(c -> c).average().getAsDouble();
    return counts.keySet().stream().filter(i -> counts.get(i) > 2.5 * mean).sorted().toList();
  }

  @Test
  void twoSetTrainingUsesTheRestOnceWithoutABudget() {
    DataBudgetTraining procedure = procedure(new Settings(200, 8, 0, Pool.FIRST, 5, 0.5, 0), 2000);
    Map<Integer, Integer> counts = counts(procedure, 0, 200);
    assertEquals(5, counts.values().stream().filter(c -> c > 1).count());
  }

  /** The same bits in every version: what was drawn before sets could be drawn apart. */
  @Test
  void withoutRedrawingExamplesComeFromOneShuffledPool() {
    DataBudgetTraining procedure = procedure(new Settings(200, 8, 0, Pool.FIRST, 5, 0.5, 0), 2000);
    Shuffle order = new Shuffle(1605, RandomStream.of(1, "small-set", 0).nextLong());
    for (long step : new long[] {0, 1, 77, 199}) {
      RandomStream random = RandomStream.of(1, "draw", step);
      int[] expected = new int[8];
      for (int i = 0; i < 8; i++) {
        boolean repeated = random.nextDouble() < 0.5;
        expected[i] = order.at(repeated ? random.nextInt(5) : (int) (5 + 8 * step + i));
      }
      assertArrayEquals(expected, procedure.indices(step));
    }
  }

  /** What occurs once in 50 steps is of the rest: a set of 5 gives 200 of the 400 draws. */
  @Test
  void redrawingTheSmallSetUsesNoOtherExampleTwice() {
    for (long redraw : new long[] {50, 60, 1000}) {
      DataBudgetTraining procedure =
          procedure(new Settings(200, 8, 0, Pool.FIRST, 5, 0.5, redraw), 2000);
      Set<Integer> rest = new HashSet<>();
      Set<Set<Integer>> sets = new HashSet<>();
      for (int from = 0; from < 200; from += (int) redraw) {
        Map<Integer, Integer> counts = counts(procedure, from, (int) Math.min(200, from + redraw));
        Set<Integer> set = new HashSet<>();
        counts.forEach(
            (index, count) -> {
              if (count > 1) {
                set.add(index);
              } else {
                assertTrue(rest.add(index), index + " is processed twice");
              }
            });
        assertEquals(5, set.size(), "the small set of step " + from);
        sets.add(set);
      }
      assertEquals(ofTheRest(200), rest.size(), "none of the rest is in the set then");
      assertEquals((200 + redraw - 1) / redraw, sets.size(), "drawn anew every " + redraw);
    }
  }

  /** How many examples of minibatches of 8 are not of a small set of 5, drawn half of the time. */
  private static int ofTheRest(int steps) {
    int rest = 0;
    for (int step = 0; step < steps; step++) {
      RandomStream random = RandomStream.of(1, "draw", step);
      for (int i = 0; i < 8; i++) {
        if (random.nextDouble() < 0.5) {
          random.nextInt(5);
        } else {
          rest++;
        }
      }
    }
    return rest;
  }

  @Test
  void theSmallSetIsDrawnAnew() {
    DataBudgetTraining procedure =
        procedure(new Settings(1000, 8, 300, Pool.FIRST, 10, 0.25, 500), 2000);
    List<Integer> before = often(counts(procedure, 0, 500));
    List<Integer> after = often(counts(procedure, 500, 1000));
    assertEquals(10, after.size());
    assertNotEquals(before, after);
    Set<Integer> both = new HashSet<>(before);
    both.retainAll(after);
    assertTrue(both.size() < 4, "drawn independently");
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertEquals(
        "budget",
        assertThrows(
                SettingException.class,
                () -> procedure(new Settings(100, 8, 0, Pool.RANDOM, 0, 0, 0), 799))
            .setting());
    assertEquals(
        "budget",
        assertThrows(
                SettingException.class,
                () -> procedure(new Settings(100, 8, 50, Pool.RANDOM, 0, 0, 0), 49))
            .setting());
    assertEquals(
        "smallSet",
        assertThrows(
                SettingException.class, () -> new Settings(100, 8, 50, Pool.RANDOM, 50, 0.2, 0))
            .setting());
    assertEquals(
        "budget",
        assertThrows(
                SettingException.class,
                () -> new Settings(1_000_000_000L, 8, 0, Pool.RANDOM, 0, 0, 0))
            .setting());
  }
}
