package org.genlab.analyses.curves;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.genlab.analyses.curves.DivergenceTime.Settings;
import org.genlab.analyses.curves.DivergenceTime.Side;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.tck.Findings;
import org.genlab.tck.SampleRun;
import org.junit.jupiter.api.Test;

class DivergenceTimeTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final String ACCURACY = "test/accuracy";
  private static final long[] STEPS = {0, 1, 2, 4, 8, 16};

  private static RunRecord run(String arm, long seed, double... values) {
    return SampleRun.of(arm, seed).withSeries(ACCURACY, STEPS, values);
  }

  private static Settings settings(Side side, int hold, double after) {
    return new Settings("real", List.of(), ACCURACY, 0.05, side, hold, after);
  }

  private static Findings analyse(Settings settings, RunRecord... runs) {
    Findings notes = new Findings();
    new DivergenceTime(settings).analyse(List.of(runs), notes);
    return notes;
  }

  private static final RunRecord REAL = run("real", 0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9);

  @Test
  void isTheStepFromWhichTheReferenceStaysAhead() {
    // Ahead by 0.1 at step 2, not at 4, and for good from 8.
    RunRecord clone = run("clone", 0, 0.1, 0.3, 0.4, 0.7, 0.7, 0.8);
    assertEquals(8, analyse(settings(Side.ABOVE, 0, 0), REAL, clone).numbers().get("clone/median"));
    assertEquals(2, analyse(settings(Side.ABOVE, 1, 0), REAL, clone).numbers().get("clone/median"));
    assertEquals(8, analyse(settings(Side.ABOVE, 2, 0), REAL, clone).numbers().get("clone/median"));
  }

  @Test
  void looksToTheSideThatIsAskedFor() {
    RunRecord better = run("clone", 0, 0.1, 0.3, 0.6, 0.8, 0.9, 1.0);
    assertEquals(INF, analyse(settings(Side.ABOVE, 0, 0), REAL, better).arrays().get("clone")[0]);
    assertEquals(2, analyse(settings(Side.BELOW, 0, 0), REAL, better).arrays().get("clone")[0]);
    RunRecord both = run("clone", 0, 0.1, 0.3, 0.6, 0.6, 0.7, 0.8);
    assertEquals(2, analyse(settings(Side.APART, 0, 0), REAL, both).arrays().get("clone")[0]);
    assertEquals(4, analyse(settings(Side.ABOVE, 0, 0), REAL, both).arrays().get("clone")[0]);
  }

  @Test
  void mustExceedTheMargin() {
    // Sixteenths, so that differences are exact.
    RunRecord real = run("real", 0, 0.0625, 0.25, 0.5, 0.75, 0.875, 1);
    RunRecord exact = run("clone", 0, 0, 0.1875, 0.4375, 0.6875, 0.8125, 0.9375);
    Settings sixteenth = new Settings("real", List.of(), ACCURACY, 0.0625, Side.ABOVE, 0, 0);
    assertEquals(INF, analyse(sixteenth, real, exact).arrays().get("clone")[0]);
    assertEquals(0, analyse(settings(Side.ABOVE, 0, 0), real, exact).arrays().get("clone")[0]);
  }

  @Test
  void findsHowFarAllCurvesLieApartBeforeTheFirstParts() {
    RunRecord clone = run("clone", 0, 0.3, 0.28, 0.46, 0.6, 0.6, 0.6);
    RunRecord later = run("later", 0, 0.2, 0.31, 0.48, 0.7, 0.8, 0.8);
    Findings alone = analyse(settings(Side.ABOVE, 0, 0), REAL, clone);
    assertEquals(0.2, alone.arrays().get("spread-before")[0], 1e-12);
    assertEquals(4, alone.arrays().get("first")[0]);
    assertEquals(0.7, alone.arrays().get("level-at-first")[0]);
    Findings both = analyse(settings(Side.ABOVE, 0, 0.2), REAL, later, clone);
    assertEquals(16, both.arrays().get("later")[0]);
    assertEquals(4, both.arrays().get("first")[0]);
    // From 0.3 on, and between 0.46 and 0.5 most.
    assertEquals(0.04, both.arrays().get("spread-before")[0], 1e-12);
    Findings never =
        analyse(settings(Side.ABOVE, 0, 0.95), REAL, run("same", 0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.89));
    assertEquals(INF, never.arrays().get("first")[0]);
    assertEquals(0.9, never.arrays().get("level-at-first")[0]);
    assertEquals(0, never.arrays().get("spread-before")[0]);
  }

  @Test
  void comparesRunsOfTheSameSeedInWhateverOrderTheyCome() {
    List<RunRecord> runs = new ArrayList<>();
    for (long seed = 0; seed < 4; seed++) {
      runs.add(run("real", seed, 0.1, 0.3 + seed / 100.0, 0.5, 0.7, 0.8, 0.9));
    }
    runs.add(run("clone", 0, 0.1, 0.2, 0.4, 0.6, 0.7, 0.8));
    runs.add(run("clone", 1, 0.1, 0.3, 0.4, 0.6, 0.7, 0.8));
    runs.add(run("clone", 2, 0.1, 0.3, 0.5, 0.7, 0.7, 0.8));
    runs.add(run("clone", 3, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9));
    Findings notes = analyse(settings(Side.ABOVE, 0, 0), runs.toArray(RunRecord[]::new));
    assertArrayEquals(new double[] {1, 2, 8, INF}, notes.arrays().get("clone"));
    assertEquals(5, notes.numbers().get("clone/median"));
    assertEquals(1, notes.numbers().get("clone/earliest"));
    assertEquals(INF, notes.numbers().get("clone/latest"));
    Collections.reverse(runs);
    Findings reversed = analyse(settings(Side.ABOVE, 0, 0), runs.toArray(RunRecord[]::new));
    assertEquals(notes.numbers(), reversed.numbers());
    assertArrayEquals(notes.arrays().get("clone"), reversed.arrays().get("clone"));
  }

  @Test
  void comparesAtTheStepsThatBothHave() {
    RunRecord sparse =
        SampleRun.of("clone", 0).withSeries(ACCURACY, new long[] {0, 3, 8, 16}, new double[4]);
    assertEquals(0, analyse(settings(Side.ABOVE, 0, 0), REAL, sparse).arrays().get("clone")[0]);
    RunRecord late = SampleRun.of("clone", 0).withSeries(ACCURACY, new long[] {3}, new double[1]);
    assertEquals(
        "there is no step at which all runs compared recorded 'test/accuracy'",
        assertThrows(
                IllegalArgumentException.class,
                () -> analyse(settings(Side.ABOVE, 0, 0), REAL, late))
            .getMessage());
  }

  @Test
  void saysWhatIsMissing() {
    RunRecord other = run("clone", 1, 0, 0, 0, 0, 0, 0);
    assertEquals(
        "arm 'real' has the seeds [0] and arm 'clone' has [1]; runs are compared with the run of"
            + " the same seed",
        assertThrows(
                IllegalArgumentException.class,
                () -> analyse(settings(Side.ABOVE, 0, 0), REAL, other))
            .getMessage());
    assertEquals(
        "divergence-time needs an arm beside 'real' to compare it with",
        assertThrows(
                IllegalArgumentException.class, () -> analyse(settings(Side.ABOVE, 0, 0), REAL))
            .getMessage());
    assertEquals(
        "there are no runs of an arm 'real', only of [clone]",
        assertThrows(
                IllegalArgumentException.class, () -> analyse(settings(Side.ABOVE, 0, 0), other))
            .getMessage());
  }
}
