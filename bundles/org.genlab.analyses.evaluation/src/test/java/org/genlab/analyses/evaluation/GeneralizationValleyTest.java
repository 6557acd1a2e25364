package org.genlab.analyses.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.tck.Findings;
import org.genlab.tck.SampleRun;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class GeneralizationValleyTest {
  private static final double[] LEVELS = {1, 2, 2, 3, 4, 5};
  private static final double[] ID = {1, 0.9, 0.7, 0.6, 0.5, 0.4};

  /** A run whose gap is as given for each task. */
  private static RunRecord run(String arm, long seed, double size, double... gaps) {
    double[] ood = new double[gaps.length];
    for (int i = 0; i < ood.length; i++) {
      ood[i] = ID[i] - gaps[i];
    }
    return SampleRun.of(arm, seed)
        .withSetting("architecture.width", size)
        .withArray("id-ood-gap/group-levels", LEVELS)
        .withArray("id-ood-gap/group-id", ID)
        .withArray("id-ood-gap/group-ood", ood);
  }

  private static Map<String, Double> found(List<RunRecord> runs) {
    Findings found = new Findings();
    new GeneralizationValley(
            new GeneralizationValley.Settings("architecture.width", 0.03, 500),
            (name, counters) -> RandomStream.of(1, name, counters))
        .analyse(runs, found);
    assertEquals(Map.of(), found.arrays());
    return found.numbers();
  }

  /** Arms not in order of size; gaps below zero count as none, before means are taken. */
  private static final List<RunRecord> RUNS =
      List.of(
          run("large", 0, 64, 0, 0.1, 0.1, 0.2, 0.4, 0.1),
          run("large", 1, 64, -0.5, 0.1, 0.1, 0.2, 0.2, 0.1),
          run("small", 0, 16, 0.1, 0.4, -0.2, 0.2, 0, 0),
          run("small", 1, 16, 0.1, 0.4, 0.2, 0, 0, 0),
          run("middle", 0, 32, 0.2, 0.2, 0.2, 0.22, 0.1, 0),
          run("middle", 1, 32, 0.2, 0.2, 0.2, 0.22, 0.1, 0));

  @Test
  void peakCentreAndRiseAreThoseOfTheMeanGaps() {
    Map<String, Double> found = found(RUNS);
    // Small: gaps 0.1, (0.2 + 0.3) / 2, 0.1, 0, 0.
    assertEquals(0.1, found.get("small/gap-1"), 1e-12);
    assertEquals(0.25, found.get("small/gap-2"), 1e-12);
    assertEquals(2.0, found.get("small/peak"));
    assertEquals((0.1 + 0.5 + 0.3) / 0.45, found.get("small/centre"), 1e-12);
    assertEquals(0.15, found.get("small/rise"), 1e-12);
    // Middle: 0.2, 0.2, 0.22, 0.1, 0: the rise is below the margin.
    assertEquals(3.0, found.get("middle/peak"));
    assertEquals(0.02, found.get("middle/rise"), 1e-12);
    // Large: 0, 0.1, 0.2, 0.3, 0.1.
    assertEquals(4.0, found.get("large/peak"));
    assertEquals((0.2 + 0.6 + 1.2 + 0.5) / 0.7, found.get("large/centre"), 1e-12);
    assertEquals(0.2, found.get("large/rise"), 1e-12);
    assertEquals(2.0, found.get("valleys"));
    assertEquals(2.0, found.get("peak-shift"));
    double small = 0.9 / 0.45;
    double middle = (0.2 + 0.4 + 0.66 + 0.4) / 0.72;
    double large = 2.5 / 0.7;
    assertEquals(large - small, found.get("centre-shift"), 1e-12);
    assertEquals(Math.min(middle - small, large - middle), found.get("centre-slope"), 1e-12);
    assertEquals(-1, found.get("small/id-trend"), 1e-12);
    assertEquals(0.8, found.get("large/id-2"), 1e-12);
    assertEquals(0.7, found.get("large/ood-2"), 1e-12);
  }

  @Test
  void intervalsHoldTheEstimateAndVanishWithoutVariation() {
    Map<String, Double> found = found(RUNS);
    assertTrue(found.get("small/rise-low") < found.get("small/rise"));
    assertTrue(found.get("small/rise-high") > found.get("small/rise"));
    // Level 2 draws its two tasks' gaps 0.4 and 0 (seed 0), 0.4 and 0.2 (seed 1).
    assertTrue(found.get("small/rise-low") >= -0.1 - 1e-12);
    assertTrue(found.get("small/rise-high") <= 0.3 + 1e-12);
    assertEquals(found.get("middle/rise"), found.get("middle/rise-low"), 1e-12);
    assertEquals(found.get("middle/rise"), found.get("middle/rise-high"), 1e-12);
  }

  @Test
  void theOrderOfSeedsDoesNotMatter() {
    List<RunRecord> backwards = new ArrayList<>(RUNS);
    Collections.reverse(backwards);
    assertEquals(found(RUNS), found(backwards));
  }

  @Test
  void whereThereIsNoGapThereIsNoCentre() {
    Map<String, Double> found =
        found(List.of(run("a", 0, 1, 0, 0, 0, 0, 0, 0), run("b", 0, 2, -1, 0, 0, 0, 0, 0)));
    assertFalse(found.containsKey("a/centre"));
    assertFalse(found.containsKey("centre-shift"));
    assertEquals(0.0, found.get("valleys"));
    assertEquals(0.0, found.get("a/rise"));
  }

  @Test
  void whatIsMissingIsNamed() {
    RunRecord without = SampleRun.of("a", 0).withSetting("architecture.width", 1);
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> found(List.of(without)))
            .getMessage()
            .contains("id-ood-gap"));
    assertThrows(IllegalArgumentException.class, () -> found(List.of()));
    RunRecord other =
        SampleRun.of("b", 0)
            .withSetting("architecture.width", 1)
            .withArray("id-ood-gap/group-levels", 1, 2, 3)
            .withArray("id-ood-gap/group-id", 1, 1, 1)
            .withArray("id-ood-gap/group-ood", 1, 1, 1);
    assertThrows(IllegalArgumentException.class, () -> found(List.of(RUNS.get(0), other)));
  }
}
