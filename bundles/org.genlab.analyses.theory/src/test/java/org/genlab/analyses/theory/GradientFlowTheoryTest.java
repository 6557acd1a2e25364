package org.genlab.analyses.theory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.genlab.analyses.theory.GradientFlowTheory.Settings;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.api.evaluation.Series;
import org.genlab.tck.Findings;
import org.genlab.tck.SampleRun;
import org.junit.jupiter.api.Test;

/** On runs that follow the theory exactly, or differ from it by a known factor. */
class GradientFlowTheoryTest {
  /**
   * @param factor of the losses after the first step
   * @param pace of time
   */
  private static SampleRun run(String arm, long seed, int examples, double factor, double pace) {
    double rate = 0.05;
    GradientFlow flow = new GradientFlow(new MarchenkoPastur(500.0 / examples), 2, 1);
    int n = 240;
    long[] steps = new long[n];
    double[][] values = new double[4][n];
    for (int i = 0; i < n; i++) {
      steps[i] = 5L * i;
      double time = pace * rate * steps[i];
      double scale = i == 0 ? 1 : factor;
      values[0][i] = scale * flow.trainLoss(time);
      values[1][i] = scale * flow.populationLoss(time);
      values[2][i] = flow.accuracy(values[0][i], 1e-3);
      values[3][i] = flow.accuracy(values[1][i], 1e-3);
    }
    return SampleRun.of(arm, seed)
        .withSetting("dataset.dimensions", 500)
        .withSetting("dataset.train-examples", examples)
        .withSetting("dataset.outputs", 1)
        .withSetting("optimizer.learning-rate", "0.05")
        .withSeries("train/squared-error", steps, values[0])
        .withSeries("population/squared-error", steps, values[1])
        .withSeries("train/threshold-accuracy", steps, values[2])
        .withSeries("test/threshold-accuracy", steps, values[3]);
  }

  private static Map<String, double[]> analyse(Settings settings, List<RunRecord> runs) {
    Findings found = new Findings();
    new GradientFlowTheory(settings).analyse(runs, found);
    assertEquals(Map.of(), found.numbers());
    return found.arrays();
  }

  private static final Settings DEFAULT = new Settings(List.of(), 0.95, 1e-3);

  @Test
  void runsThatFollowTheTheoryAgreeWithIt() {
    Map<String, double[]> found =
        analyse(DEFAULT, List.of(run("a", 0, 1000, 1, 1), run("b", 0, 800, 1, 1)));
    assertArrayEquals(new double[] {0.5, 0.625}, found.get("lambda"));
    // Interpolation of a curve in pieces of 0.25 is off by much less than a piece.
    assertArrayEquals(found.get("predicted-train-time"), found.get("train-time"), 0.01);
    assertArrayEquals(found.get("predicted-test-time"), found.get("test-time"), 0.01);
    assertArrayEquals(found.get("predicted-delay"), found.get("delay"), 0.02);
    assertArrayEquals(new double[] {8.47, 12.39}, found.get("train-time"), 0.02);
    assertArrayEquals(new double[] {0, 0}, found.get("train-loss-error"), 1e-12);
    assertArrayEquals(new double[] {0, 0}, found.get("population-loss-error"), 1e-12);
    for (double least : found.get("least-curvature")) {
      assertTrue(least > 0 && least < 1e-3, "the predicted loss is log-convex: " + least);
    }
  }

  @Test
  void whatDiffersIsMeasured() {
    // Two seeds that are off by 10 % and 30 %: the mean is off by 20 %.
    Map<String, double[]> found =
        analyse(DEFAULT, List.of(run("a", 0, 1000, 1.1, 1), run("a", 1, 1000, 1.3, 1)));
    assertEquals(0.2, found.get("train-loss-error")[0], 1e-9);
    assertEquals(0.2, found.get("population-loss-error")[0], 1e-9);
    Map<String, double[]> slow = analyse(DEFAULT, List.of(run("a", 0, 1000, 1, 0.5)));
    assertEquals(2 * slow.get("predicted-test-time")[0], slow.get("test-time")[0], 0.05);
  }

  /** A loss that suddenly falls by a fifth is no longer log-convex: log 0.8 is -0.22. */
  @Test
  void anEventInTheLossIsACurvatureBelowZero() {
    SampleRun smooth = run("a", 0, 1000, 1, 1);
    Series population = smooth.history().series("population/squared-error").orElseThrow();
    double[] values = population.values();
    for (int i = 150; i < values.length; i++) {
      values[i] *= 0.8;
    }
    double least =
        analyse(DEFAULT, List.of(smooth.withSeries(population.name(), population.steps(), values)))
            .get("least-curvature")[0];
    assertEquals(Math.log(0.8), least, 0.01);
  }

  /** The run evaluated at some of its steps only. */
  private static SampleRun at(SampleRun run, int... indices) {
    SampleRun sparse = run;
    for (String name : run.history().names()) {
      Series whole = run.history().series(name).orElseThrow();
      long[] steps = new long[indices.length];
      double[] values = new double[indices.length];
      for (int i = 0; i < indices.length; i++) {
        steps[i] = whole.steps()[indices[i]];
        values[i] = whole.values()[indices[i]];
      }
      sparse = sparse.withSeries(name, steps, values);
    }
    return sparse;
  }

  private static RunRecord withLosses(SampleRun run, double... losses) {
    String name = "population/squared-error";
    return run.withSeries(name, run.history().series(name).orElseThrow().steps(), losses);
  }

  /** exp(a t^2 + b t) has the curvature 2 a h k at any distances h and k. */
  @Test
  void curvatureIsThatOfUnequalDistancesToo() {
    SampleRun sparse = at(run("a", 0, 1000, 1, 1), 0, 1, 3, 7, 15);
    double[] losses = new double[5];
    for (double a : new double[] {0.01, -0.01}) {
      for (int i = 0; i < 5; i++) {
        double t = new double[] {0, 5, 15, 35, 75}[i];
        losses[i] = Math.exp(a * t * t - 0.3 * t);
      }
      double least =
          analyse(DEFAULT, List.of(withLosses(sparse, losses))).get("least-curvature")[0];
      assertEquals(2 * a * (a > 0 ? 5 * 10 : 20 * 40), least, 1e-9);
    }
  }

  @Test
  void anArmWithoutAFindingKeepsItsPlace() {
    RunRecord two = at(run("short", 0, 400, 1, 1), 0, 1);
    Map<String, double[]> found =
        analyse(DEFAULT, List.of(two, run("a", 0, 1000, 1, 1), run("b", 0, 800, 1, 1)));
    found.forEach((name, values) -> assertEquals(3, values.length, name));
    assertTrue(Double.isNaN(found.get("least-curvature")[0]), "two evaluations have no curvature");
    assertTrue(Double.isNaN(found.get("delay")[0]), "neither level is reached");
    assertTrue(found.get("least-curvature")[1] > 0);
    assertEquals(8.47, found.get("train-time")[1], 0.02);
  }

  @Test
  void theOrderOfSeedsDoesNotMatter() {
    List<RunRecord> runs = new ArrayList<>();
    for (int seed = 0; seed < 3; seed++) {
      runs.add(run("a", seed, 800, 1, 1 + 0.1 * seed));
    }
    Map<String, double[]> found = analyse(DEFAULT, runs);
    Map<String, double[]> other = analyse(DEFAULT, List.of(runs.get(2), runs.get(0), runs.get(1)));
    found.forEach((name, values) -> assertArrayEquals(values, other.get(name), 1e-12, name));
  }

  @Test
  void whatNeverHappensTakesForever() {
    Map<String, double[]> found = analyse(DEFAULT, List.of(run("a", 0, 400, 1, 1)));
    assertEquals(Double.POSITIVE_INFINITY, found.get("test-time")[0]);
    assertEquals(Double.POSITIVE_INFINITY, found.get("predicted-test-time")[0]);
    assertEquals(Double.POSITIVE_INFINITY, found.get("delay")[0]);
    assertTrue(Double.isFinite(found.get("train-time")[0]));
  }

  @Test
  void runsThatLackSomethingAreRefused() {
    IllegalArgumentException none =
        assertThrows(IllegalArgumentException.class, () -> analyse(DEFAULT, List.of()));
    assertTrue(none.getMessage().contains("there are no runs"), none.getMessage());
    Settings others = new Settings(List.of("b"), 0.95, 1e-3);
    assertThrows(
        IllegalArgumentException.class, () -> analyse(others, List.of(run("a", 0, 800, 1, 1))));
    SampleRun bare =
        SampleRun.of("a", 0)
            .withSetting("dataset.dimensions", 500)
            .withSetting("dataset.train-examples", 800)
            .withSetting("dataset.outputs", 1)
            .withSetting("optimizer.learning-rate", "0.05");
    IllegalArgumentException series =
        assertThrows(IllegalArgumentException.class, () -> analyse(DEFAULT, List.of(bare)));
    assertTrue(series.getMessage().contains("population/squared-error"), series.getMessage());
    RunRecord unset =
        SampleRun.of("a", 0).withSeries("population/squared-error", new long[] {0, 5}, 1, 0.5);
    IllegalArgumentException setting =
        assertThrows(IllegalArgumentException.class, () -> analyse(DEFAULT, List.of(unset)));
    assertTrue(setting.getMessage().contains("dataset.dimensions"), setting.getMessage());
  }
}
