package org.genlab.analyses.information;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.genlab.analyses.information.GaussianInformationBottleneck.Settings;
import org.genlab.api.evaluation.History;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;

class GaussianInformationBottleneckTest {
  /** S_x = I, y_i = x_i + e_i with variances 1/3 and 1: critical betas 4/3 and 2. */
  private static final Map<String, double[]> MOMENTS =
      Map.of(
          "covariance/input", new double[] {1, 0, 0, 1},
          "covariance/target", new double[] {4.0 / 3, 0, 0, 2},
          "covariance/cross", new double[] {1, 0, 0, 1});

  private record Run(
      long seed, Map<String, Object> settings, Map<String, double[]> arrays, Parameters parameters)
      implements RunRecord {
    @Override
    public String arm() {
      return "a";
    }

    @Override
    public History history() {
      throw new AssertionError();
    }

    @Override
    public Optional<double[]> array(String name) {
      return Optional.ofNullable(arrays.get(name));
    }
  }

  private static final String BETAS = "regularizers.gaussian-bottleneck.betas";

  /** A run with maps [2, 2], one a beta, side by side. */
  private static Run run(long seed, List<Double> betas, List<double[]> maps) {
    int parts = maps.size();
    float[] values = new float[4 * parts];
    for (int part = 0; part < parts; part++) {
      for (int i = 0; i < 4; i++) {
        values[i / 2 * 2 * parts + 2 * part + i % 2] = (float) maps.get(part)[i];
      }
    }
    ParameterLayout layout =
        ParameterLayout.builder().add("hidden.0.weight", Role.WEIGHT, 2, 2 * parts).build();
    return new Run(
        seed,
        Map.of(BETAS, betas),
        MOMENTS,
        new Parameters(layout, Tensor.of(values, values.length)));
  }

  /** The best A' for y's two independent parts; its outputs turned by some angle. */
  private static double[] best(double beta) {
    double a = Math.sqrt(Math.max(0, (beta * 0.75 - 1) / 0.25));
    double b = Math.sqrt(Math.max(0, (beta * 0.5 - 1) / 0.5));
    return new double[] {a * 0.6, a * 0.8, b * -0.8, b * 0.6};
  }

  private static Map<String, Object> analyse(List<? extends RunRecord> runs) {
    Map<String, Object> found = new TreeMap<>();
    new GaussianInformationBottleneck(new Settings("hidden.0.weight", BETAS, 1e-2))
        .analyse(
            List.copyOf(runs),
            new Recorder() {
              @Override
              public void number(String name, double value) {
                found.put(name, value);
              }

              @Override
              public void array(String name, double... values) {
                List<Double> list = new ArrayList<>();
                for (double v : values) {
                  list.add(v);
                }
                found.put(name, list);
              }
            });
    return found;
  }

  @Test
  void theBestMapsAgree() {
    // In the run they stand in any order.
    List<Double> betas = List.of(1.9, 1.2, 1.5, 5.0, 2.1);
    List<double[]> maps = betas.stream().map(b -> best(b)).toList();
    List<Run> runs = new ArrayList<>(List.of(run(0, betas, maps), run(1, betas, maps)));
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
    Run half = run(0, betas, List.of(wrong, best(1.5), new double[4]));
    Map<String, Object> found =
        analyse(List.of(run(1, betas, List.of(best(1.2), best(1.5), best(5))), half));
    assertEquals(1.0 / 3, (double) found.get("agreement"), 1e-12);
    assertEquals(1.0, found.get("decreases"));
    assertTrue((double) found.get("excess") > 0.1);
  }

  @Test
  void leavesOutWhatIsNoBottleneckAndRefusesWhenNothingIsLeft() {
    Run good = run(0, List.of(1.5), List.of(best(1.5)));
    Run other = new Run(0, Map.of(), MOMENTS, good.parameters());
    Run without = new Run(0, good.settings(), Map.of(), good.parameters());
    assertEquals(1.0, analyse(List.of(other, good, without)).get("agreement"));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> analyse(List.of(other, without)));
    assertTrue(e.getMessage().contains("covariance"));
    Run uneven = new Run(0, Map.of(BETAS, List.of(1.0, 2.0, 3.0)), MOMENTS, good.parameters());
    e = assertThrows(IllegalArgumentException.class, () -> analyse(List.of(uneven)));
    assertTrue(e.getMessage().contains("2 inputs and 3 values of beta"));
  }
}
