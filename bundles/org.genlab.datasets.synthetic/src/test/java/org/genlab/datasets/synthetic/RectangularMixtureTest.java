package org.genlab.datasets.synthetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.genlab.api.Randomness;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;
import org.genlab.datasets.synthetic.RectangularMixture.Settings;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class RectangularMixtureTest {
  private static final int D = 5;

  private static RectangularMixture mixture(boolean rotated) {
    Randomness randomness = (name, counters) -> RandomStream.of(4, name, counters);
    return new RectangularMixture(
        new Settings(D, 2, 1, 3, 0.95, 0.5, rotated, true, 0, 10, 8000), randomness);
  }

  private static double[][] rows(Split split, int n, int label) {
    Batch batch = split.range(0, n);
    float[] values = batch.input().toArray();
    return java.util.stream.IntStream.range(0, n)
        .filter(i -> batch.labels().at(i) == label)
        .mapToObj(
            i -> {
              double[] row = new double[D];
              for (int k = 0; k < D; k++) {
                row[k] = values[i * D + k];
              }
              return row;
            })
        .toArray(double[][]::new);
  }

  private static double[] direction(RectangularMixture mixture, String name) {
    return rows(mixture.split(name), 1, 1)[0];
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  @Test
  void isUniformOnTheRectangleOfTheClass() {
    for (int label = 0; label < 2; label++) {
      double[][] x = rows(mixture(false).split("test"), 8000, label);
      double sign = label == 1 ? 1 : -1;
      double[] centre = {2 * sign, sign, 0, 0, 0};
      double[] half = {3, 0.95, Math.sqrt(0.75), Math.sqrt(0.75), Math.sqrt(0.75)};
      assertEquals(4000, x.length, 180);
      for (int k = 0; k < D; k++) {
        double mean = 0;
        double variance = 0;
        double lowest = Double.POSITIVE_INFINITY;
        double highest = Double.NEGATIVE_INFINITY;
        for (double[] row : x) {
          mean += row[k] / x.length;
          variance += (row[k] - centre[k]) * (row[k] - centre[k]) / x.length;
          lowest = Math.min(lowest, row[k]);
          highest = Math.max(highest, row[k]);
        }
        assertEquals(centre[k], mean, 0.05 * half[k]);
        // A uniform variable has a third of the square of half its range as variance.
        assertEquals(half[k] * half[k] / 3, variance, 0.02 * half[k] * half[k]);
        assertTrue(lowest >= centre[k] - half[k] - 1e-6, "inside");
        assertEquals(centre[k] - half[k], lowest, 0.01 * half[k]);
        assertEquals(centre[k] + half[k], highest, 0.01 * half[k]);
      }
    }
  }

  @Test
  void turnsWithoutChangingLengths() {
    double[][] straight = rows(mixture(false).split("test"), 50, 1);
    double[][] turned = rows(mixture(true).split("test"), 50, 1);
    for (int i = 0; i + 1 < straight.length; i++) {
      assertEquals(dot(straight[i], straight[i + 1]), dot(turned[i], turned[i + 1]), 1e-4);
    }
    assertTrue(Math.abs(straight[0][0] - turned[0][0]) > 1e-3);
  }

  @Test
  void givesTheDirectionsOfEachOrder() {
    RectangularMixture mixture = mixture(true);
    double[] mean = direction(mixture, "mean-direction");
    double[] covariance = direction(mixture, "covariance-direction");
    double[] oracle = direction(mixture, "oracle-direction");
    double[][] x = rows(mixture.split("train"), 6000, 1);
    double[] average = new double[D];
    for (double[] row : x) {
      for (int k = 0; k < D; k++) {
        average[k] += row[k] / x.length;
      }
    }
    double cosine = dot(mean, average) / Math.sqrt(dot(average, average));
    assertEquals(1, cosine, 1e-3);
    for (double[] direction : List.of(mean, covariance, oracle)) {
      assertEquals(1, dot(direction, direction), 1e-5);
    }
    assertEquals(1 / Math.sqrt(5), dot(mean, oracle), 1e-5);
    double tangent = (2 / 9.0) / (1 / 0.9025);
    assertEquals(1 / Math.sqrt(1 + tangent * tangent), dot(covariance, oracle), 1e-5);
  }

  @Test
  void isSeparatedBetterByADirectionOfHigherOrder() {
    RectangularMixture mixture = mixture(true);
    double[] errors = new double[3];
    List<String> names = List.of("mean-direction", "covariance-direction", "oracle-direction");
    for (int i = 0; i < 3; i++) {
      double[] direction = direction(mixture, names.get(i));
      for (int label = 0; label < 2; label++) {
        for (double[] row : rows(mixture.split("test"), 8000, label)) {
          errors[i] += dot(direction, row) > 0 == (label == 1) ? 0 : 1 / 8000.0;
        }
      }
    }
    // 2 z_1 + z_2 < 0 holds for z_1 < -z_2 / 2: of z_1 in [-1, 5] a part of (1 - 0.5) / 6 on
    // average.
    assertEquals(0.5 / 6, errors[0], 0.012);
    assertTrue(errors[1] < errors[0] / 5 && errors[1] > 0, "covariance: " + errors[1]);
    assertEquals(0, errors[2]);
  }

  @Test
  void hasSplitsOfWhichTheExamplesDoNotDependOnTheSize() {
    RectangularMixture mixture = mixture(true);
    assertEquals(
        List.of(
            "train",
            "validation",
            "test",
            "mean-direction",
            "covariance-direction",
            "oracle-direction"),
        mixture.splits().stream().map(Split::name).toList());
    assertEquals(Integer.MAX_VALUE, mixture.split("train").size());
    assertArrayEquals(
        mixture.split("train").batch(123_456).input().toArray(),
        mixture(true).split("train").batch(123_456).input().toArray());
  }
}
