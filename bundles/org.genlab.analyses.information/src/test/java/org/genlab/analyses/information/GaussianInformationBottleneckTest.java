package org.genlab.analyses.information;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.genlab.analyses.information.GaussianInformationBottleneck.Settings;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.tck.Findings;
import org.genlab.tck.SampleRun;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;

class GaussianInformationBottleneckTest {
  private static final String BETAS = "regularizers.gaussian-bottleneck.betas";

  /** A run with maps [2, 2], one a beta, side by side. */
  private static SampleRun run(long seed, List<Double> betas, List<double[]> maps) {
    int parts = maps.size();
    float[] values = new float[4 * parts];
    for (int part = 0; part < parts; part++) {
      for (int i = 0; i < 4; i++) {
        values[i / 2 * 2 * parts + 2 * part + i % 2] = (float) maps.get(part)[i];
      }
    }
    ParameterLayout layout =
        ParameterLayout.builder().add("hidden.0.weight", Role.WEIGHT, 2, 2 * parts).build();
    return withMoments(SampleRun.of("a", seed))
        .withSetting(BETAS, betas)
        .withParameters(new Parameters(layout, Tensor.of(values, values.length)));
  }

  /** S_x = I, y_i = x_i + e_i with variances 1/3 and 1: critical betas 4/3 and 2. */
  private static SampleRun withMoments(SampleRun run) {
    return run.withArray("covariance/input", 1, 0, 0, 1)
        .withArray("covariance/target", 4.0 / 3, 0, 0, 2)
        .withArray("covariance/cross", 1, 0, 0, 1);
  }

  /** The best A' for y's two independent parts; its outputs turned by some angle. */
  private static double[] best(double beta) {
    double a = Math.sqrt(Math.max(0, (beta * 0.75 - 1) / 0.25));
    double b = Math.sqrt(Math.max(0, (beta * 0.5 - 1) / 0.5));
    return new double[] {a * 0.6, a * 0.8, b * -0.8, b * 0.6};
  }

  private static Map<String, Object> analyse(List<RunRecord> runs) {
    Findings findings = new Findings();
    new GaussianInformationBottleneck(new Settings("hidden.0.weight", BETAS, 1e-2))
        .analyse(List.copyOf(runs), findings);
    Map<String, Object> found = new TreeMap<>(findings.numbers());
    findings.arrays().forEach((name, a) -> found.put(name, Arrays.stream(a).boxed().toList()));
    return found;
  }

  @Test
  void theBestMapsAgree() {
    // In the run they stand in any order.
    List<Double> betas = List.of(1.9, 1.2, 1.5, 5.0, 2.1);
    List<double[]> maps = betas.stream().map(b -> best(b)).toList();
    List<RunRecord> runs = new ArrayList<>(List.of(run(0, betas, maps), run(1, betas, maps)));
    Map<String, Object> found = analyse(runs);
    assertEquals(1.0, found.get("agreement"));
    assertEquals(0.0, found.get("decreases"));
    assertEquals(0, (double) found.get("excess"), 1e-5);
    assertEquals(List.of(1.2, 1.5, 1.9, 2.1, 5.0, 1.2, 1.5, 1.9, 2.1, 5.0), found.get("betas"));
    assertEquals(List.of(0.0, 1.0, 1.0, 2.0, 2.0, 0.0, 1.0, 1.0, 2.0, 2.0), found.get("ranks"));
    assertEquals(found.get("ranks"), found.get("best-ranks"));
    List<?> critical = (List<?>) found.get("critical-betas");
    assertEquals(4.0 / 3, (double) critical.get(0), 1e-5);
    assertEquals(2, (double) critical.get(1), 1e-5);
    Collections.reverse(runs);
    assertEquals(found, analyse(runs));
  }

  @Test
  void othersDoNot() {
    List<Double> betas = List.of(1.2, 1.5, 5.0);
    double[] wrong = {1, 0, 0, 0};
    RunRecord half = run(0, betas, List.of(wrong, best(1.5), new double[4]));
    Map<String, Object> found =
        analyse(List.of(run(1, betas, List.of(best(1.2), best(1.5), best(5))), half));
    assertEquals(1.0 / 3, (double) found.get("agreement"), 1e-12);
    assertEquals(1.0, found.get("decreases"));
    assertTrue((double) found.get("excess") > 0.1);
  }

  @Test
  void leavesOutWhatIsNoBottleneckAndRefusesWhenNothingIsLeft() {
    SampleRun good = run(0, List.of(1.5), List.of(best(1.5)));
    RunRecord other = withMoments(SampleRun.of("a", 0)).withParameters(good.parameters());
    RunRecord without =
        SampleRun.of("a", 0).withSetting(BETAS, List.of(1.5)).withParameters(good.parameters());
    assertEquals(1.0, analyse(List.of(other, good, without)).get("agreement"));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> analyse(List.of(other, without)));
    assertTrue(e.getMessage().contains("covariance"));
    RunRecord uneven = good.withSetting(BETAS, List.of(1.0, 2.0, 3.0));
    e = assertThrows(IllegalArgumentException.class, () -> analyse(List.of(uneven)));
    assertTrue(e.getMessage().contains("2 inputs and 3 values of beta"));
  }
}
