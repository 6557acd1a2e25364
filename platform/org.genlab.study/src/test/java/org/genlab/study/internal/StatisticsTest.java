package org.genlab.study.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.genlab.study.Interval;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  private static Interval ofMean(double[] x, String key) {
    return Statistics.bootstrap(
        x.length, indices -> at(x, indices, Statistics::mean), RandomStream.of(0, key));
  }

  private static double at(double[] x, int[] indices, ToDoubleFunction<double[]> statistic) {
    return statistic.applyAsDouble(Arrays.stream(indices).mapToDouble(i -> x[i]).toArray());
  }

  /** All n^n resamples are equally likely, so the exact percentiles can be counted out. */
  @Test
  void bootstrapAgreesWithAllResamplesCountedOut() {
    double[] x = {1, 2.5, 4, 9, 9.5};
    double[] means = new double[3125];
    for (int r = 0; r < means.length; r++) {
      int rest = r;
      double sum = 0;
      for (int i = 0; i < 5; i++) {
        sum += x[rest % 5];
        rest /= 5;
      }
      means[r] = sum / 5;
    }
    Interval exact =
        new Interval(Statistics.percentile(means, 2.5), Statistics.percentile(means, 97.5));
    Interval found = ofMean(x, "test");
    // 10,000 resamples leave the tail probability uncertain by 0.16 %; neighbouring means of this
    // sample differ by at most 0.3 there.
    assertEquals(exact.low(), found.low(), 0.3);
    assertEquals(exact.high(), found.high(), 0.3);
  }

  /** For many observations the interval of the mean tends to that of the normal distribution. */
  @Test
  void bootstrapTendsToTheNormalInterval() {
    RandomStream random = RandomStream.of(7, "sample");
    double[] x = new double[200];
    Arrays.setAll(x, i -> random.nextGaussian());
    double mean = Statistics.mean(x);
    double half = 1.96 * Statistics.standardDeviation(x) / Math.sqrt(x.length);
    Interval found = ofMean(x, "normal");
    assertEquals(mean - half, found.low(), 0.015);
    assertEquals(mean + half, found.high(), 0.015);
  }

  /** With two seeds one resample in four is the smaller one twice. */
  @Test
  void bootstrapOfTwoIsTheirRange() {
    assertEquals(new Interval(3, 5), ofMean(new double[] {5, 3}, "two"));
    assertEquals(
        new Interval(3, Double.POSITIVE_INFINITY),
        ofMean(new double[] {Double.POSITIVE_INFINITY, 3}, "two"));
  }

  @Test
  void bootstrapIsTheSameEveryTime() {
    double[] x = {0.3, 0.1, 0.7, 0.9};
    assertEquals(ofMean(x, "a"), ofMean(x, "a"));
    double[] wide = new double[50];
    Arrays.setAll(wide, i -> i * i);
    assertTrue(!ofMean(wide, "a").equals(ofMean(wide, "b")));
  }

  @Test
  void spearmanIsTheClosedFormWithoutTies() {
    double[] x = {3, 1, 4, 1.5, 9, 2.6};
    double[] y = {2, 7, 1, 8, 2.8, 1.8};
    double[] a = Statistics.ranks(x);
    double[] b = Statistics.ranks(y);
    double squares = 0;
    for (int i = 0; i < 6; i++) {
      squares += (a[i] - b[i]) * (a[i] - b[i]);
    }
    assertEquals(1 - 6 * squares / (6 * 35), Statistics.spearman(x, y), 1e-12);
  }

  @Test
  void spearmanOfTheSameOrderIsExactlyOne() {
    for (int n = 2; n < 60; n++) {
      double[] x = new double[n];
      double[] y = new double[n];
      Arrays.setAll(x, i -> Math.sqrt(i));
      Arrays.setAll(y, i -> -Math.exp(i));
      assertEquals(1.0, Statistics.spearman(x, x));
      assertEquals(-1.0, Statistics.spearman(x, y));
    }
  }

  /** Kendall (1945): tau-b of a table with ties, worked out by hand. */
  @Test
  void kendallCorrectsForTies() {
    double[] x = {1, 2, 2, 3};
    double[] y = {1, 3, 2, 3};
    // Pairs: 6; tied in x: 1; tied in y: 1; concordant 4, discordant 0.
    assertEquals(4 / Math.sqrt(5.0 * 5.0), Statistics.kendall(x, y), 1e-12);
  }

  @Test
  void percentilesInterpolateBetweenOrderStatistics() {
    double[] x = {4, 1, 3, 2};
    assertEquals(1, Statistics.percentile(x, 0));
    assertEquals(4, Statistics.percentile(x, 100));
    assertEquals(2.5, Statistics.percentile(x, 50));
    assertEquals(1.75, Statistics.percentile(x, 25));
    assertArrayEquals(new double[] {4, 1, 3, 2}, x);
  }
}
