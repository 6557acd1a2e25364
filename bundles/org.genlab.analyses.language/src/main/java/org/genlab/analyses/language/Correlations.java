package org.genlab.analyses.language;

import java.util.Arrays;

/**
 * Correlation coefficients; NaN of fewer than two pairs, of constants and where a number is NaN.
 */
final class Correlations {
  private Correlations() {}

  /** Pearson's r. */
  static double pearson(double[] x, double[] y) {
    double mx = Arrays.stream(x).average().orElse(Double.NaN);
    double my = Arrays.stream(y).average().orElse(Double.NaN);
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int i = 0; i < x.length; i++) {
      xx += (x[i] - mx) * (x[i] - mx);
      yy += (y[i] - my) * (y[i] - my);
      xy += (x[i] - mx) * (y[i] - my);
    }
    return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : Double.NaN;
  }

  /** Spearman's rho: Pearson's r of the ranks, equal numbers having the mean of theirs. */
  static double spearman(double[] x, double[] y) {
    if (Arrays.stream(x).anyMatch(Double::isNaN) || Arrays.stream(y).anyMatch(Double::isNaN)) {
      return Double.NaN;
    }
    return pearson(ranks(x), ranks(y));
  }

  private static double[] ranks(double... x) {
    double[] ranks = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int below = 0;
      int equal = 0;
      for (double other : x) {
        below += other < x[i] ? 1 : 0;
        equal += other == x[i] ? 1 : 0;
      }
      ranks[i] = below + (equal + 1) / 2.0;
    }
    return ranks;
  }
}
