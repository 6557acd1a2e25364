package org.genlab.analyses.curves;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.genlab.analyses.curves.PhaseDetection.Settings;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.tck.Findings;
import org.genlab.tck.SampleRun;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class PhaseDetectionTest {
  private static RunRecord run(String arm, long seed, double... values) {
    long[] steps = new long[values.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = 10L * i;
    }
    return SampleRun.of(arm, seed).withSeries("curve", steps, values);
  }

  private static Findings analyse(String fitted, double level, RunRecord... runs) {
    Findings notes = new Findings();
    new PhaseDetection(new Settings(List.of(), "curve", 0.2, fitted, level))
        .analyse(List.of(runs), notes);
    return notes;
  }

  @Test
  void findsTheTurnsOfADescentAnAscentAndADescent() {
    // 20 at first, 10 at step 20, 18 at step 50, 4 at the end; the small step back at 30 is none.
    Findings notes = analyse("curve", 4, run("main", 7, 20, 15, 10, 11, 10.5, 18, 12, 6, 4));
    assertArrayEquals(new double[] {0, 20, 50, 80}, notes.arrays().get("main/turns/7"));
    assertArrayEquals(new double[] {20, 10, 18, 4}, notes.arrays().get("main/values/7"));
    assertArrayEquals(new double[] {2}, notes.arrays().get("main/descents"));
    assertArrayEquals(new double[] {1}, notes.arrays().get("main/ascents"));
    assertArrayEquals(new double[] {50}, notes.arrays().get("main/last-descent"));
    assertArrayEquals(new double[] {4.0 / 18}, notes.arrays().get("main/fall"), 1e-15);
    // The level 4 is reached from step 0 on, which counts as step 1.
    assertArrayEquals(new double[] {50}, notes.arrays().get("main/delay"));
  }

  @Test
  void aCurveThatEndsInAnAscentHasNoLastDescent() {
    Findings notes = analyse("curve", 100, run("a", 0, 5, 1, 9), run("a", 1, 3, 3, 3));
    assertArrayEquals(new double[] {1, 0}, notes.arrays().get("a/descents"));
    assertArrayEquals(new double[] {1, 0}, notes.arrays().get("a/ascents"));
    assertEquals(Double.POSITIVE_INFINITY, notes.arrays().get("a/last-descent")[0]);
    assertTrue(Double.isNaN(notes.arrays().get("a/fall")[1]));
    assertTrue(Double.isNaN(notes.arrays().get("a/delay")[0]));
    assertEquals(0, notes.arrays().get("a/turns/1").length);
  }

  /** Noise of less than half the swing hides no turn of a piecewise linear curve and adds none. */
  @Test
  void noiseBelowTheSwingChangesNothing() {
    for (long seed = 0; seed < 50; seed++) {
      RandomStream random = RandomStream.of(seed, "noise");
      double[] values = new double[60];
      for (int i = 0; i < 60; i++) {
        int place = i % 30;
        double clean = place < 15 ? place : 30 - place;
        values[i] = clean + 1.2 * (random.nextDouble() - 0.5);
      }
      int[] turns = PhaseDetection.turns(values, 0.2);
      assertEquals(5, turns.length, "seed " + seed);
      int[] expected = {0, 15, 30, 45, 59};
      for (int k = 0; k < 5; k++) {
        assertEquals(expected[k], turns[k], 2, "seed " + seed);
      }
    }
  }

  @Test
  void saysWhatIsMissing() {
    assertEquals(
        "arm 'a' has no series 'train/accuracy', only [curve]",
        assertThrows(
                IllegalArgumentException.class,
                () -> analyse("train/accuracy", 0.99, run("a", 0, 1, 2)))
            .getMessage());
  }
}
