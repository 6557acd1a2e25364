package org.genlab.analyses.evaluation;

/** Rank statistics. */
final class Ranks {
  private Ranks() {}

  /** Spearman's rank correlation, ties at their mean rank; NaN where one side does not vary. */
  static double correlation(double[] x, double[] y) {
    double[] a = ranks(x);
    double[] b = ranks(y);
    double mean = (a.length + 1) / 2.0;
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (a[i] - mean) * (b[i] - mean);
      aa += (a[i] - mean) * (a[i] - mean);
      bb += (b[i] - mean) * (b[i] - mean);
    }
    return ab / Math.sqrt(aa * bb);
  }

  private static double[] ranks(double... x) {
    double[] ranks = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double below = 0;
      double equal = 0;
      for (double other : x) {
        below += other < x[i] ? 1 : 0;
        equal += other == x[i] ? 1 : 0;
      }
      ranks[i] = below + (equal + 1) / 2;
    }
    return ranks;
  }
}
