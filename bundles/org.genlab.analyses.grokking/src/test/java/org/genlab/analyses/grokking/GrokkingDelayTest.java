package org.genlab.analyses.grokking;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.genlab.analyses.grokking.GrokkingDelay.Settings;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.tck.Findings;
import org.genlab.tck.SampleRun;
import org.junit.jupiter.api.Test;

class GrokkingDelayTest {
  private static final double NEVER = Double.POSITIVE_INFINITY;

  /** Accuracies are 0 before a step and 1 from it on, but for one lucky evaluation at step 10. */
  private static RunRecord run(String arm, long seed, double fit, double generalise) {
    long[] steps = new long[101];
    double[] train = new double[101];
    double[] validation = new double[101];
    for (int i = 0; i <= 100; i++) {
      steps[i] = 10L * i;
      train[i] = steps[i] >= fit ? 1 : 0;
      validation[i] = steps[i] >= generalise || i == 1 ? 1 : 0;
    }
    return SampleRun.of(arm, seed)
        .withSeries("train/accuracy", steps, train)
        .withSeries("validation/accuracy", steps, validation);
  }

  private static Findings analyse(List<String> arms, RunRecord... runs) {
    Findings found = new Findings();
    new GrokkingDelay(new Settings(arms, "train/accuracy", 0.99, "validation/accuracy", 0.95, 3, 2))
        .analyse(List.of(runs), found);
    return found;
  }

  @Test
  void tellsTheRegimesOfDataApart() {
    Findings found =
        analyse(
            List.of(),
            run("little", 0, 50, NEVER),
            run("enough", 0, 100, 600),
            run("enough", 1, 120, 240),
            run("much", 0, 200, 210),
            run("none", 0, NEVER, 300));
    assertArrayEquals(new double[] {1}, found.arrays().get("little/regime"));
    assertArrayEquals(new double[] {NEVER}, found.arrays().get("little/delay"));
    assertArrayEquals(new double[] {2, 2}, found.arrays().get("enough/regime"));
    assertArrayEquals(new double[] {500, 120}, found.arrays().get("enough/delay"));
    assertArrayEquals(new double[] {6, 2}, found.arrays().get("enough/ratio"));
    assertArrayEquals(new double[] {3}, found.arrays().get("much/regime"));
    assertArrayEquals(new double[] {0}, found.arrays().get("none/regime"));
    assertTrue(Double.isNaN(found.arrays().get("none/delay")[0]));
  }

  @Test
  void countsFromTheFirstStepWhatIsFittedBeforeIt() {
    Findings found = analyse(List.of(), run("pruned", 0, 0, 40));
    assertArrayEquals(new double[] {0}, found.arrays().get("pruned/fit"));
    assertArrayEquals(new double[] {40}, found.arrays().get("pruned/ratio"));
    assertArrayEquals(new double[] {2}, found.arrays().get("pruned/regime"));
  }

  @Test
  void saysWhichArmOrSeriesIsMissing() {
    assertEquals(
        "there is no run of an arm 'b'; the arms are a",
        assertThrows(
                IllegalArgumentException.class, () -> analyse(List.of("b"), run("a", 0, 10, 20)))
            .getMessage());
    RunRecord bare = SampleRun.of("a", 0);
    assertEquals(
        "arm 'a' has no series 'train/accuracy', only []",
        assertThrows(IllegalArgumentException.class, () -> analyse(List.of(), bare)).getMessage());
  }
}
