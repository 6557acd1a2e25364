package org.genlab.analyses.curves;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.genlab.analyses.curves.ThresholdFrontier.Settings;
import org.genlab.analyses.curves.ThresholdFrontier.Statistic;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.tck.Findings;
import org.genlab.tck.SampleRun;
import org.junit.jupiter.api.Test;

class ThresholdFrontierTest {
  private static RunRecord run(Object n, Object alpha, long seed, double... values) {
    long[] steps = new long[values.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = i;
    }
    return SampleRun.of("n-" + n + "-alpha-" + alpha, seed)
        .withSetting("dataset.n", n)
        .withSetting("dataset.alpha", alpha)
        .withSeries("test/accuracy", steps, values);
  }

  private static Findings analyse(Statistic statistic, List<RunRecord> runs) {
    Findings notes = new Findings();
    new ThresholdFrontier(
            new Settings("dataset.n", "dataset.alpha", List.of(), "test/accuracy", statistic, 0.8))
        .analyse(runs, notes);
    return notes;
  }

  @Test
  void liesBetweenTheLastMissAndTheNextSize() {
    List<RunRecord> runs = new ArrayList<>();
    // Without noise all reach 0.8; with 5 it is met half way, on the logarithm, from 200 to 800;
    // with 2.5 never.
    for (int n : new int[] {100, 200, 800}) {
      runs.add(run(n, 0.0, 0, 0.9));
      runs.add(run(n, 5, 0, n == 800 ? 0.9 : 0.6));
      runs.add(run(n, 5, 1, n == 800 ? 0.9 : n == 200 ? 0.8 : 0.6));
      runs.add(run(n, 2.5, 0, 0.5));
    }
    Findings notes = analyse(Statistic.FINAL, runs);
    assertArrayEquals(new double[] {0, 2.5, 5}, notes.arrays().get("levels"));
    assertEquals(100, notes.numbers().get("frontier/0"));
    assertEquals(Double.POSITIVE_INFINITY, notes.numbers().get("frontier/2.5"));
    assertEquals(400, notes.numbers().get("frontier/5"), 1e-9);
    assertArrayEquals(new double[] {0.6, 0.7, 0.9}, notes.arrays().get("mean/5"), 1e-12);
    Collections.reverse(runs);
    Findings reversed = analyse(Statistic.FINAL, runs);
    assertEquals(notes.numbers(), reversed.numbers());
    assertArrayEquals(notes.arrays().get("frontier"), reversed.arrays().get("frontier"));
  }

  @Test
  void liesBehindASizeThatMissesAgain() {
    List<RunRecord> runs =
        List.of(run(10, 1, 0, 0.9), run(20, 1, 0, 0.7), run(40, 1, 0, 0.8), run(80, 1, 0, 0.95));
    assertEquals(40, analyse(Statistic.FINAL, runs).numbers().get("frontier/1"), 1e-9);
  }

  @Test
  void readsTheValueThatIsAskedFor() {
    List<RunRecord> runs = List.of(run(10, 1, 0, 0.9, 0.5, 0.6), run(20, 1, 0, 0.95, 0.81, 0.9));
    assertEquals(10, analyse(Statistic.MAXIMUM, runs).numbers().get("frontier/1"));
    assertArrayEquals(
        new double[] {0.6, 0.9}, analyse(Statistic.FINAL, runs).arrays().get("mean/1"));
    assertArrayEquals(
        new double[] {0.5, 0.81}, analyse(Statistic.MINIMUM, runs).arrays().get("mean/1"));
  }

  @Test
  void saysWhatIsMissing() {
    assertEquals(
        "there are no runs to analyse",
        assertThrows(IllegalArgumentException.class, () -> analyse(Statistic.FINAL, List.of()))
            .getMessage());
    assertEquals(
        "arm 'n-many-alpha-1' has no number as 'dataset.n', but many",
        assertThrows(
                IllegalArgumentException.class,
                () -> analyse(Statistic.FINAL, List.of(run("many", 1, 0, 0.9))))
            .getMessage());
    assertEquals(
        "'dataset.n' of arm 'n-0-alpha-1' is 0.0, not positive",
        assertThrows(
                IllegalArgumentException.class,
                () -> analyse(Statistic.FINAL, List.of(run(0, 1, 0, 0.9))))
            .getMessage());
  }
}
