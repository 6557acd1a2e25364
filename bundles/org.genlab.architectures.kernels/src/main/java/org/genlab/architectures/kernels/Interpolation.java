package org.genlab.architectures.kernels;

import java.util.Arrays;
import java.util.Comparator;

/**
 * The function c(z) = sum_j w_j max(z - b_j, 0) of the real line through given points: theorem 1
 * and lemma 1 of arXiv 1611.03530 (appendix C).
 *
 * <p>With b_1 &lt; z_1 &lt; b_2 &lt; z_2 &lt; ... the matrix A_ij = max(z_i - b_j, 0) is lower
 * triangular with a positive diagonal, so A w = y has one solution. Any b between the points will
 * do for that; here each lies a quarter of the way from one point to the next, so that errors of
 * rounding shrink by a factor of 3 from point to point when the triangle is solved, instead of
 * adding up.
 *
 * @param b the bends, ascending
 * @param w what the slope changes by at each
 */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record Interpolation(double[] b, double[] w) {
  private static final double SHARE = 0.25;

  /**
   * The function through points.
   *
   * @param z positions, all different, in any order
   * @param y values there
   */
  static Interpolation through(double[] z, double[] y) {
    int n = z.length;
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> z[i]));
    double[] b = new double[n];
    double[] w = new double[n];
    double mean = n > 1 ? (z[order[n - 1]] - z[order[0]]) / (n - 1) : 1;
    for (int i = 0; i < n; i++) {
      double here = z[order[i]];
      double before = i == 0 ? here - mean : z[order[i - 1]];
      b[i] = before + SHARE * (here - before);
    }
    for (int i = 0; i < n; i++) {
      double here = z[order[i]];
      double sum = 0;
      for (int j = 0; j < i; j++) {
        sum += w[j] * (here - b[j]);
      }
      w[i] = (y[order[i]] - sum) / (here - b[i]);
    }
    return new Interpolation(b, w);
  }

  /** c(z). */
  double at(double z) {
    double sum = 0;
    for (int j = 0; j < b.length && b[j] < z; j++) {
      sum += w[j] * (z - b[j]);
    }
    return sum;
  }
}
