package org.genlab.procedures.pruning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class MasksTest {
  private static final ParameterLayout LAYOUT =
      ParameterLayout.builder()
          .add("a", Role.WEIGHT, 2, 3)
          .add("b", Role.BIAS, 2)
          .add("c", Role.WEIGHT, 4)
          .build();

  private static Masks masks(PruningScope scope) {
    return new Masks(LAYOUT, List.of(Role.WEIGHT), scope);
  }

  private static float[] ones() {
    float[] ones = new float[LAYOUT.size()];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static final float[] SCORES = {9, 8, 7, 6, 5, 4, 0, 0, 3, 2, 1, 0.5f};

  @Test
  void keepsTheLargestOfAllOrOfEachLayer() {
    assertArrayEquals(
        new float[] {1, 1, 1, 1, 1, 0, 1, 1, 0, 0, 0, 0},
        masks(PruningScope.GLOBAL).largest(SCORES, ones(), 0.5));
    assertArrayEquals(
        new float[] {1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 0, 0},
        masks(PruningScope.LAYER).largest(SCORES, ones(), 0.5));
    // A layer is never cut off altogether.
    assertArrayEquals(
        new float[] {1, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0},
        masks(PruningScope.LAYER).largest(SCORES, ones(), 0.01));
  }

  @Test
  void countsOnlyWhatCanBePruned() {
    assertEquals(10, masks(PruningScope.GLOBAL).prunable());
    float[] mask = masks(PruningScope.GLOBAL).largest(SCORES, ones(), 0.3);
    assertEquals(0.7, masks(PruningScope.GLOBAL).sparsity(mask), 1e-12);
    Masks none = new Masks(LAYOUT, List.of(Role.NORM), PruningScope.GLOBAL);
    assertArrayEquals(ones(), none.largest(SCORES, ones(), 0.3));
    assertEquals(0, none.sparsity(ones()));
  }

  @Test
  void ofEqualScoresTheFirstStay() {
    float[] equal = new float[LAYOUT.size()];
    assertArrayEquals(
        new float[] {1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0},
        masks(PruningScope.GLOBAL).largest(equal, ones(), 0.3));
  }

  @Test
  void whatIsPrunedStaysPruned() {
    float[] before = ones();
    before[0] = 0;
    before[1] = 0;
    assertArrayEquals(
        new float[] {0, 0, 1, 1, 1, 0, 1, 1, 0, 0, 0, 0},
        masks(PruningScope.GLOBAL).largest(SCORES, before, 0.3));
    float[] all = masks(PruningScope.GLOBAL).largest(SCORES, before, 1);
    assertArrayEquals(before, all);
  }

  @Test
  void agreesWithSortingForRandomScoresWithTies() {
    ParameterLayout layout = ParameterLayout.builder().add("w", Role.WEIGHT, 57).build();
    Masks masks = new Masks(layout, List.of(Role.WEIGHT), PruningScope.GLOBAL);
    for (int trial = 0; trial < 200; trial++) {
      RandomStream random = RandomStream.of(trial, "scores");
      float[] scores = new float[57];
      float[] before = new float[57];
      for (int i = 0; i < 57; i++) {
        scores[i] = random.nextInt(6) - 2;
        before[i] = random.nextInt(4) > 0 ? 1 : 0;
      }
      double keep = 0.05 + 0.9 * random.nextDouble();
      float[] mask = masks.largest(scores, before, keep);
      List<Integer> expected =
          IntStream.range(0, 57)
              .boxed()
              .filter(i -> before[i] != 0)
              .sorted((i, j) -> Float.compare(scores[j], scores[i]))
              .limit(Math.round(keep * 57))
              .sorted()
              .toList();
      List<Integer> kept = IntStream.range(0, 57).filter(i -> mask[i] != 0).boxed().toList();
      assertEquals(expected, kept);
      assertTrue(kept.size() <= Math.round(keep * 57));
    }
  }
}
