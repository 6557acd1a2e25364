package org.genlab.metrics.geometry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.genlab.api.Randomness;
import org.genlab.api.SettingException;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Output;
import org.genlab.metrics.geometry.LocalComplexity.Settings;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class LocalComplexityTest {
  private static final Randomness RANDOM = (name, counters) -> RandomStream.of(3, name, counters);

  private static Settings settings(
      int directions, double radius, int random, int boundary, boolean perLayer) {
    return new Settings(directions, radius, 1000, random, boundary, 50, List.of(), perLayer);
  }

  private static Map<String, Double> measured(
      Settings settings, Dataset data, Function<Tensor, Output> network) {
    return Fakes.measured(new LocalComplexity(settings, data, RANDOM), data, network);
  }

  @Test
  void directionsAreOrthonormal() {
    double[][] frame = Frames.orthonormal(20, 24, RandomStream.of(1, "frame"));
    for (int i = 0; i < 20; i++) {
      for (int j = 0; j <= i; j++) {
        double dot = 0;
        for (int k = 0; k < 24; k++) {
          dot += frame[i][k] * frame[j][k];
        }
        assertEquals(i == j ? 1 : 0, dot, 1e-12);
      }
    }
    double[][] other = Frames.orthonormal(20, 24, RandomStream.of(2, "frame"));
    assertTrue(Math.abs(other[0][0] - frame[0][0]) > 1e-6);
  }

  /** On a line the only directions are 1 and -1: a unit x - b counts at x when |x - b| < r. */
  @Test
  void countsKinksNearbyOnALine() {
    Tensor x = Tensor.of(new double[] {0, 1, 5}, 3, 1);
    Tensor kinks = Tensor.of(new double[] {-0.3, 0.2, 0.9, 1.4, 2.5}, 5);
    Map<String, Double> found =
        measured(
            settings(1, 0.5, 0, 0, true),
            Fakes.data(x, 2),
            z ->
                new Output(
                    z,
                    Map.of(
                        "a.pre", z.minus(kinks),
                        "b.pre", z.times(-1).minus(0.1),
                        "b", z)));
    // a: at 0, the kinks -0.3 and 0.2; at 1, 0.9 and 1.4; at 5 none. b: its kink -0.1 at 0.
    assertEquals(4.0 / 3, found.get("train/local-complexity-a.pre"), 1e-9);
    assertEquals(1.0 / 3, found.get("train/local-complexity-b.pre"), 1e-9);
    assertEquals(5.0 / 3, found.get("train/local-complexity"), 1e-9);
    assertEquals(5.0 / 3 / 6, found.get("train/local-complexity-share"), 1e-9);
    assertEquals(0, found.get("train/dead-units"));
    assertFalse(found.containsKey("random/local-complexity"));
    assertFalse(found.containsKey("boundary/local-complexity"));
  }

  /**
   * With as many directions as dimensions, a hyperplane with normal w at distance d is cut when d <
   * r max_i |v_i w| / |w|, and that maximum lies in [1 / sqrt(dimension), 1].
   */
  @Test
  void hyperplanesCountByTheirDistance() {
    int width = 9;
    Tensor x = Tensor.zeros(50, width);
    Tensor w = Tensor.normal(RandomStream.of(5, "w"), 1, width, 1);
    double length = w.norm().item();
    for (double distance : new double[] {0.2, 0.33, 0.5, 0.99, 1.01, 3}) {
      double found =
          measured(
                  settings(width, 1, 0, 0, false),
                  Fakes.data(x, 2),
                  z -> new Output(z, Map.of("a.pre", z.matmul(w).minus(distance * length))))
              .get("train/local-complexity");
      if (distance < 1.0 / 3) {
        assertEquals(1, found);
      } else if (distance > 1) {
        assertEquals(0, found);
      } else {
        assertTrue(found >= 0 && found <= 1);
      }
    }
    // Of 50 random frames at distance 0.62, neither all nor none reach it: each point has its own.
    double some =
        measured(
                settings(width, 1, 0, 0, false),
                Fakes.data(x, 2),
                z -> new Output(z, Map.of("a.pre", z.matmul(w).minus(0.62 * length))))
            .get("train/local-complexity");
    assertTrue(some > 0 && some < 1, "at 0.62: " + some);
  }

  @Test
  void deadUnitsAreReported() {
    Tensor x = Tensor.uniform(RandomStream.of(1, "x"), 0, 1, 30, 4);
    Map<String, Double> found =
        measured(
            settings(2, 0.01, 0, 0, false),
            Fakes.data(x, 2),
            z ->
                new Output(
                    z,
                    Map.of(
                        "a.pre",
                        Tensor.concat(
                            1, List.of(z.minus(2), z.plus(1), z.slice(1, 0, 1).minus(0.5))))));
    assertEquals(4.0 / 9, found.get("train/dead-units"), 1e-9);
  }

  /** Two classes, logits x_0 and 1 - x_0: the boundary is x_0 = 1/2, and a kink lies there. */
  @Test
  void boundaryPointsLieOnTheBoundaryAndRandomOnesInTheRange() {
    Tensor x = Tensor.uniform(RandomStream.of(1, "x"), 2, 3, 20, 2);
    Function<Tensor, Output> network =
        z -> {
          Tensor first = z.slice(1, 0, 1);
          Tensor seen = first.minus(0.5);
          return new Output(
              Tensor.concat(1, List.of(first, first.negate().plus(1))),
              Map.of("a.pre", seen, "b.pre", z.minus(2.0), "c.pre", z.minus(3.0)));
        };
    Map<String, Double> found =
        measured(settings(2, 0.01, 40, 20, true), Fakes.data(x, 2), network);
    assertEquals(20, found.get("boundary/probes"));
    assertEquals(1, found.get("boundary/local-complexity-a.pre"));
    assertEquals(0, found.get("train/local-complexity-a.pre"));
    assertEquals(0, found.get("random/local-complexity-a.pre"));
    // Random points are in [2, 3]: neither b nor c has a kink below or beyond, only within 0.01.
    assertTrue(found.get("random/local-complexity-b.pre") < 0.2);
    assertEquals(0, found.get("random/dead-units") * 5, 2);
  }

  @Test
  void noBoundaryGivesNoNumber() {
    Tensor x = Tensor.ones(3, 2);
    Map<String, Double> found =
        measured(
            settings(2, 0.01, 0, 3, false),
            Fakes.data(x, 2),
            z ->
                new Output(z.times(0).plus(Tensor.of(new double[] {1, 0}, 2)), Map.of("a.pre", z)));
    assertEquals(0, found.get("boundary/probes"));
    assertTrue(Double.isNaN(found.get("boundary/local-complexity")));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Dataset data = Fakes.data(Tensor.ones(3, 2), 2);
    assertEquals(
        "directions",
        assertThrows(
                SettingException.class,
                () -> new LocalComplexity(settings(3, 0.1, 0, 0, false), data, RANDOM))
            .setting());
    IllegalArgumentException unnamed =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                measured(
                    settings(2, 0.1, 0, 0, false), data, z -> new Output(z, Map.of("hidden", z))));
    assertTrue(unnamed.getMessage().contains("[hidden]"), unnamed.getMessage());
    DataSpec values =
        new DataSpec(new InputSpec.Values(List.of(2)), new TargetSpec.Values(List.of(1)));
    Dataset regression =
        new Dataset() {
          @Override
          public DataSpec spec() {
            return values;
          }

          @Override
          public List<Split> splits() {
            return List.of();
          }
        };
    assertThrows(
        IllegalArgumentException.class,
        () -> new LocalComplexity(settings(2, 0.1, 0, 1, false), regression, RANDOM));
    new LocalComplexity(settings(2, 0.1, 0, 0, false), regression, RANDOM);
  }
}
