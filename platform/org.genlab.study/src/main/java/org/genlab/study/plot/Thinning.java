package org.genlab.study.plot;

import java.util.Arrays;

/** Leaves out points of a curve that cannot be seen. */
final class Thinning {
  private Thinning() {}

  /**
   * Keeps of each half pixel's column the first, the lowest, the highest and the last point, so the
   * drawing stays the same while its size is bounded by the page and not by the run.
   */
  static double[][] columns(double[] xs, double[] ys) {
    int n = xs.length;
    boolean[] keep = new boolean[n];
    int from = 0;
    while (from < n) {
      long column = (long) Math.floor(xs[from] * 2);
      int lowest = from;
      int highest = from;
      int to = from;
      for (; to < n && (long) Math.floor(xs[to] * 2) == column; to++) {
        lowest = ys[to] < ys[lowest] ? to : lowest;
        highest = ys[to] > ys[highest] ? to : highest;
      }
      keep[from] = true;
      keep[lowest] = true;
      keep[highest] = true;
      keep[to - 1] = true;
      from = to;
    }
    double[] keptXs = new double[n];
    double[] keptYs = new double[n];
    int m = 0;
    for (int i = 0; i < n; i++) {
      if (keep[i]) {
        keptXs[m] = xs[i];
        keptYs[m++] = ys[i];
      }
    }
    return new double[][] {Arrays.copyOf(keptXs, m), Arrays.copyOf(keptYs, m)};
  }
}
