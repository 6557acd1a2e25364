package org.genlab.benchmarks;

import java.util.Arrays;

/** Summaries of measurements that were taken in pairs. */
final class Statistics {
  /**
   * A number with its spread.
   *
   * @param median the middle value, or the mean of both middle ones
   * @param least the smallest value
   * @param most the largest value
   */
  record Spread(double median, double least, double most) {}

  private Statistics() {}

  /**
   * The median and the range of values.
   *
   * @throws IllegalArgumentException when there are none
   */
  static Spread of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("the median of no values");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return new Spread((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[0], sorted[n - 1]);
  }

  /**
   * The quotients of numbers that were measured in the same round. What slows a machine down for a
   * while slows both of a pair, and does not show in their quotient.
   *
   * @throws IllegalArgumentException when there are not as many of the one as of the other
   */
  static Spread ratio(double[] numerators, double[] denominators) {
    if (numerators.length != denominators.length) {
      throw new IllegalArgumentException(
          numerators.length + " numbers in pairs with " + denominators.length);
    }
    double[] ratios = new double[numerators.length];
    Arrays.setAll(ratios, i -> numerators[i] / denominators[i]);
    return of(ratios);
  }

  /** |a - b| relative to the larger of both; 0 when both are equal. */
  static double difference(double a, double b) {
    return a == b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
  }
}
