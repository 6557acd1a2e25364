package org.genlab.analyses.grokking;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.genlab.analyses.grokking.CriticalDatasetSize.Settings;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.tck.Findings;
import org.genlab.tck.SampleRun;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class CriticalDatasetSizeTest {
  /** A run with that size whose accuracy ends at that value. */
  private static RunRecord run(long seed, double size, double accuracy) {
    return SampleRun.of("size-" + size, seed)
        .withSetting("dataset.train-fraction", size)
        .withSeries("validation/accuracy", new long[] {0, 10, 20}, 0, 1, accuracy);
  }

  private static Settings settings(String size, int skip) {
    return new Settings(List.of(), size, "validation/accuracy", skip, 0.1);
  }

  private static Findings analyse(Settings settings, List<RunRecord> runs) {
    Findings found = new Findings();
    new CriticalDatasetSize(settings, (name, counters) -> RandomStream.of(1, name, counters))
        .analyse(runs, found);
    return found;
  }

  private static Findings analyse(List<RunRecord> runs) {
    return analyse(settings("dataset.train-fraction", 0), runs);
  }

  private static final double[] SIZES = {0.1, 0.14, 0.2, 0.28, 0.4, 0.56, 0.8};

  private static double curve(double n, double location, double scale) {
    return 0.05 + 0.9 / (1 + Math.exp(-(Math.log(n) - Math.log(location)) / scale));
  }

  private static List<RunRecord> logistic(double location, double scale, long... seeds) {
    List<RunRecord> runs = new ArrayList<>();
    for (double size : SIZES) {
      for (long seed : seeds) {
        runs.add(run(seed, size, curve(size, location * (1 + 0.05 * seed), scale)));
      }
    }
    return runs;
  }

  @Test
  void findsTheCurveThatThePointsLieOn() {
    for (double location : new double[] {0.15, 0.3, 0.5}) {
      for (double scale : new double[] {0.08, 0.3}) {
        Map<String, Double> found = analyse(logistic(location, scale, 0)).numbers();
        assertEquals(location, found.get("critical-size"), 2e-3);
        assertEquals(0.05, found.get("low"), 5e-3);
        assertEquals(0.95, found.get("high"), 5e-3);
        assertEquals(Math.pow(9, 2 * scale), found.get("width"), 0.05 * found.get("width"));
        assertTrue(found.get("r-squared") > 0.9999);
      }
    }
  }

  @Test
  void aSharpStepLiesBetweenItsNeighbours() {
    List<RunRecord> runs = new ArrayList<>();
    for (double size : SIZES) {
      runs.add(run(0, size, size < 0.25 ? 0.1 : 1));
    }
    Findings found = analyse(runs);
    assertTrue(found.numbers().get("critical-size") > 0.2);
    assertTrue(found.numbers().get("critical-size") < 0.28);
    assertTrue(found.numbers().get("width") < 1.4);
    assertEquals(0.9, found.numbers().get("largest-rise"), 1e-9);
    assertEquals(0.2, found.numbers().get("largest-rise-below"));
    assertEquals(0.28, found.numbers().get("largest-rise-above"));
    assertEquals(0.28, found.numbers().get("midpoint-size"));
    assertArrayEquals(SIZES, found.arrays().get("sizes"));
  }

  /** No other levels do better, in a search of a fine grid of all four numbers. */
  @Test
  void noCurveOnAGridIsCloser() {
    double[] sizes = {1, 2, 4, 8, 16};
    double[] values = {0.3, 0.1, 0.45, 0.9, 0.8};
    Logistic fit = Logistic.fit(sizes, values);
    double best = Double.POSITIVE_INFINITY;
    for (double location = 0; location <= Math.log(16); location += 0.05) {
      for (double scale = 0.02; scale <= 3; scale *= 1.15) {
        for (double low = 0; low <= 1; low += 0.02) {
          for (double high = low; high <= 1; high += 0.02) {
            double error = 0;
            for (int i = 0; i < sizes.length; i++) {
              double s = 1 / (1 + Math.exp(-(Math.log(sizes[i]) - location) / scale));
              error += Math.pow(low + (high - low) * s - values[i], 2);
            }
            best = Math.min(best, error);
          }
        }
      }
    }
    assertTrue(fit.error() <= best + 1e-9, fit.error() + " and " + best);
    assertTrue(fit.low() >= 0 && fit.high() <= 1);
  }

  @Test
  void levelsStayWithinAccuracies() {
    // A rise that has only begun: without bounds its upper level would be far above 1.
    Logistic fit = Logistic.fit(new double[] {1, 2, 4, 8}, new double[] {0, 0.1, 0.5, 1});
    assertTrue(fit.high() <= 1 && fit.low() >= 0);
  }

  @Test
  void withoutARiseThereIsNoCriticalSize() {
    List<RunRecord> runs = new ArrayList<>();
    for (double size : SIZES) {
      runs.add(run(0, size, 0.97));
    }
    Findings found = analyse(runs);
    assertFalse(found.numbers().containsKey("critical-size"));
    assertFalse(found.numbers().containsKey("r-squared"));
    assertEquals(0, found.numbers().get("largest-rise"));
  }

  @Test
  void theOrderOfSeedsDoesNotMatter() {
    List<RunRecord> runs = logistic(0.3, 0.1, 0, 1, 2);
    Findings found = analyse(runs);
    List<RunRecord> shuffled = new ArrayList<>(runs);
    Collections.reverse(shuffled);
    Map<String, Double> again = analyse(shuffled).numbers();
    found.numbers().forEach((name, value) -> assertEquals(value, again.get(name), 1e-9, name));
  }

  @Test
  void theIntervalHoldsTheSizesOfTheSeeds() {
    Map<String, Double> found = analyse(logistic(0.3, 0.1, 0, 1, 2)).numbers();
    assertEquals(0.3, found.get("critical-size-low"), 5e-3);
    assertEquals(0.33, found.get("critical-size-high"), 5e-3);
    assertTrue(found.get("critical-size") > 0.305 && found.get("critical-size") < 0.325);
    assertFalse(analyse(logistic(0.3, 0.1, 7)).numbers().containsKey("critical-size-low"));
  }

  @Test
  void eachPhaseOfARunIsAPoint() {
    RunRecord run =
        SampleRun.of("main", 0)
            .withSeries("phase/examples", new long[] {0, 101, 201, 301}, 90, 10, 20, 40)
            .withSeries(
                "validation/accuracy",
                new long[] {0, 100, 101, 200, 201, 300, 301, 400},
                0,
                0.99,
                0.8,
                0.1,
                0.6,
                0.2,
                0.3,
                0.9);
    Findings all = analyse(settings("phase/examples", 0), List.of(run));
    assertArrayEquals(new double[] {10, 20, 40, 90}, all.arrays().get("sizes"));
    assertArrayEquals(new double[] {0.1, 0.2, 0.9, 0.99}, all.arrays().get("accuracies"));
    Findings later = analyse(settings("phase/examples", 1), List.of(run));
    assertArrayEquals(new double[] {10, 20, 40}, later.arrays().get("sizes"));
  }

  @Test
  void onlyTheArmsThatAreNamedCount() {
    List<RunRecord> runs = new ArrayList<>(logistic(0.3, 0.1, 0));
    runs.add(
        SampleRun.of("other", 0)
            .withSetting("dataset.train-fraction", 0.2)
            .withSeries("validation/accuracy", new long[] {0}, 0.123));
    Settings named =
        new Settings(List.of("size-*"), "dataset.train-fraction", "validation/accuracy", 0, 0.1);
    assertArrayEquals(
        analyse(logistic(0.3, 0.1, 0)).arrays().get("accuracies"),
        analyse(named, runs).arrays().get("accuracies"));
  }

  @Test
  void saysWhatIsMissing() {
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> analyse(List.of(run(0, 0.1, 1), run(0, 0.2, 1))))
            .getMessage()
            .contains("at least three sizes"));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> analyse(settings("phase/examples", 0), List.of(run(0, 0.1, 1))))
            .getMessage()
            .contains("neither a setting nor a series 'phase/examples'"));
  }
}
