package org.genlab.analyses.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.tck.Findings;
import org.genlab.tck.SampleRun;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;

class ConvergenceProfileTest {
  private static final long[] STEPS = {0, 10, 20, 60, 100};

  private static SampleRun bare(String arm, long seed) {
    ParameterLayout layout =
        ParameterLayout.builder()
            .add("block.0.attention.value.weight", ParameterLayout.Role.WEIGHT, 1, 1)
            .add("block.0.attention.output.weight", ParameterLayout.Role.WEIGHT, 1, 1)
            .add("block.0.mlp.out.weight", ParameterLayout.Role.WEIGHT, 1, 1)
            .build();
    return SampleRun.of(arm, seed).withParameters(new Parameters(layout, Tensor.zeros(3)));
  }

  /** A run of two layers with evaluations at steps 0, 10, 20, 60 and 100. */
  private static SampleRun run(
      String arm, long seed, double[] attention, double[] mlp, double... ranks) {
    SampleRun run =
        bare(arm, seed)
            .withArray("linear-cka/steps", 0, 10, 20, 60, 100)
            .withArray("linear-cka/block.0.attention", attention)
            .withArray("linear-cka/block.0.mlp", mlp);
    String[] weights = {"block.0.attention.output.weight", "block.0.mlp.out.weight"};
    for (int i = 0; i < ranks.length; i++) {
      // The last value does not count.
      double r = ranks[i];
      run =
          run.withSeries(
              "proportional-effective-rank/" + weights[i], STEPS, r - 0.1, r + 0.1, r, r, 7);
    }
    return run;
  }

  private static Findings analyse(RunRecord... runs) {
    Findings found = new Findings();
    new ConvergenceProfile(
            new ConvergenceProfile.Settings(0.2, 0.9, List.of("output.weight", "out.weight")))
        .analyse(List.of(runs), found);
    return found;
  }

  private static final SampleRun LARGE =
      run("large", 0, new double[] {0.5, 0.6, 0.9, 0.8, 1}, new double[] {0, 0, 1, 1, 1}, 0.8, 0.7);
  private static final SampleRun SMALL =
      run("small", 0, new double[] {0, 0, 0.2, 0.6, 1}, new double[] {0, 0, 0.4, 0.3, 1}, 0.4, 0.3);
  private static final SampleRun OTHER =
      run("small", 1, new double[] {0, 0, 0.2, 0.2, 1}, new double[] {0, 0, 0, 0, 1}, 0.2, 0.5);

  @Test
  void convergenceIsReadAtTheShareOfTraining() {
    Findings found = analyse(LARGE, SMALL, OTHER);
    assertArrayEquals(new double[] {0.95}, found.arrays().get("early/large"), 1e-12);
    assertArrayEquals(new double[] {0.3, 0.1}, found.arrays().get("early/small"), 1e-12);
    assertArrayEquals(new double[] {1}, found.arrays().get("settled/large"), 1e-12);
    assertArrayEquals(new double[] {0, 0}, found.arrays().get("settled/small"), 1e-12);
    assertArrayEquals(new double[] {0.05}, found.arrays().get("backward/large"), 1e-12);
    assertArrayEquals(new double[] {0.05, 0}, found.arrays().get("backward/small"), 1e-12);
    assertArrayEquals(
        new double[] {0.25, 0.3, 0.95, 0.9, 1}, found.arrays().get("curve/large"), 1e-12);
  }

  @Test
  void correlationsPoolLayersArmsAndRuns() {
    Findings found = analyse(LARGE, SMALL, OTHER);
    double[] similarity = {0.7, 0.5, 0.2, 0.175, 0.1, 0};
    double[] rank = {0.8, 0.7, 0.4, 0.3, 0.2, 0.5};
    assertArrayEquals(new double[] {0.7, 0.5}, found.arrays().get("similarity/large"), 1e-12);
    assertArrayEquals(new double[] {0.4, 0.3, 0.2, 0.5}, found.arrays().get("rank/small"), 1e-12);
    // Ranks of the similarities 6 5 4 3 2 1 and of the effective ranks 6 5 3 2 1 4.
    assertEquals(
        1 - 6.0 * (0 + 0 + 1 + 1 + 1 + 9) / (6 * 35), found.numbers().get("spearman"), 1e-12);
    assertEquals(Correlations.pearson(rank, similarity), found.numbers().get("pearson"), 1e-12);
    assertEquals(1, found.numbers().get("spearman/0"), 1e-12);
    assertEquals(-1, found.numbers().get("spearman/1"), 1e-12);
    // Attention: ranks 3 2 1 of both. Perceptrons: similarities 3 2 1, effective ranks 3 1 2.
    assertEquals(1, found.numbers().get("spearman/attention"), 1e-12);
    assertEquals(0.5, found.numbers().get("spearman/mlp"), 1e-12);
    assertFalse(found.numbers().containsKey("spearman-gradient"));
  }

  @Test
  void pearsonIsThatOfTheTextbook() {
    assertEquals(
        Math.sqrt(0.5) * Math.sqrt(1.5),
        Correlations.pearson(new double[] {1, 2, 3}, new double[] {1, 3, 3}),
        1e-12);
    assertEquals(
        Math.sqrt(0.75),
        Correlations.spearman(new double[] {1, 2, 3}, new double[] {1, 3, 3}),
        1e-12);
    assertTrue(Double.isNaN(Correlations.pearson(new double[] {1, 1}, new double[] {1, 3})));
  }

  @Test
  void theOrderOfSeedsDoesNotMatterForCorrelations() {
    Map<String, Double> numbers = analyse(LARGE, SMALL, OTHER).numbers();
    Map<String, Double> swapped = analyse(LARGE, OTHER, SMALL).numbers();
    assertEquals(numbers.keySet(), swapped.keySet());
    numbers.forEach((name, value) -> assertEquals(value, swapped.get(name), 1e-12, name));
  }

  @Test
  void saysWhatIsMissing() {
    RunRecord without = bare("small", 0);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> analyse(without));
    assertTrue(e.getMessage().contains("'linear-cka'"), e.getMessage());
    RunRecord alone = bare("small", 0).withArray("linear-cka/steps", 0, 1);
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> analyse(alone))
            .getMessage()
            .contains("no feature"));
  }
}
