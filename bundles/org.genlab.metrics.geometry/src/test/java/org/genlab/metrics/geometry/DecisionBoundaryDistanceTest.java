package org.genlab.metrics.geometry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Output;
import org.genlab.metrics.geometry.DecisionBoundaryDistance.Settings;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class DecisionBoundaryDistanceTest {
  /** Of a linear classifier: |z_1 - z_2| / |w_1 - w_2| for two classes. */
  @Test
  void isExactForALinearClassifier() {
    Tensor w = Tensor.normal(RandomStream.of(1, "w"), 1, 5, 2);
    Tensor x = Tensor.normal(RandomStream.of(2, "x"), 1, 40, 5);
    BoundarySearch.Found found =
        new BoundarySearch(20, 30, 25)
            .from(
                Fakes.model(z -> new Output(z.matmul(w), Map.of())),
                Batch.of(40).with(Batch.INPUT, x));
    Tensor logits = x.matmul(w);
    double length = w.slice(1, 0, 1).minus(w.slice(1, 1, 2)).norm().item();
    double[] expected = new double[40];
    for (int i = 0; i < 40; i++) {
      expected[i] = Math.abs(logits.get(i, 0) - logits.get(i, 1)) / length;
    }
    assertArrayEquals(expected, found.distances(), 1e-4);
    Tensor there = found.points().matmul(w);
    for (int i = 0; i < 40; i++) {
      assertEquals(0, there.get(i, 0) - there.get(i, 1), 1e-3);
    }
    assertEquals(40, found.met().length);
  }

  /** One input, boundary at 1: distances 0.25, 0.5 and 3, of which the last is out of reach. */
  @Test
  void countsWhatIsOutOfReach() {
    Tensor x = Tensor.of(new double[] {0.75, 1.5, 4}, 3, 1);
    Map<String, Double> found =
        Fakes.measured(
            new DecisionBoundaryDistance(new Settings(10, 2, 9, 20), Fakes.data(x, 2)),
            Fakes.data(x, 2),
            z -> new Output(Tensor.concat(1, List.of(z, z.times(0).plus(1))), Map.of()));
    assertEquals(0.375, found.get("train/decision-boundary-distance"), 1e-4);
    assertEquals(0.5, found.get("train/decision-boundary-distance-median"), 1e-4);
    assertEquals(2.0 / 3, found.get("train/decision-boundary-found"), 1e-9);
  }

  /** A thin stripe of another class within a step of the walk may be missed, a wider one is not. */
  @Test
  void findsTheNearestChangeOnTheLine() {
    Tensor x = Tensor.of(new double[] {0}, 1, 1);
    // Class 1 where |x - 1| < 0.3, and the gradient at 0 leads there.
    Map<String, Double> found =
        Fakes.measured(
            new DecisionBoundaryDistance(new Settings(1, 5, 25, 20), Fakes.data(x, 2)),
            Fakes.data(x, 2),
            z ->
                new Output(
                    Tensor.concat(1, List.of(z.times(0), z.minus(1).square().negate().plus(0.09))),
                    Map.of()));
    assertEquals(0.7, found.get("train/decision-boundary-distance"), 1e-4);
  }

  @Test
  void oneClassIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new DecisionBoundaryDistance(
                new Settings(1, 5, 25, 20), Fakes.data(Tensor.ones(2, 2), 1)));
  }
}
