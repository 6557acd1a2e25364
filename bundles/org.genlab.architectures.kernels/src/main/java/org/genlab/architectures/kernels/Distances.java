package org.genlab.architectures.kernels;

import java.util.Arrays;

/** Distances between inputs, in double precision. */
final class Distances {
  /** So many of the first inputs are compared for the median. */
  private static final int COMPARED = 1000;

  private Distances() {}

  static double squared(float[] x, float[] z) {
    // Four sums, which the processor can add at the same time.
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i + 3 < x.length; i += 4) {
      double p = (double) x[i] - z[i];
      double q = (double) x[i + 1] - z[i + 1];
      double r = (double) x[i + 2] - z[i + 2];
      double s = (double) x[i + 3] - z[i + 3];
      a += p * p;
      b += q * q;
      c += r * r;
      d += s * s;
    }
    for (; i < x.length; i++) {
      double p = (double) x[i] - z[i];
      a += p * p;
    }
    return a + b + (c + d);
  }

  static double innerProduct(float[] x, float[] z) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += (double) x[i] * z[i];
    }
    return sum;
  }

  /**
   * The median distance between two different of the first 1,000 inputs; 1 when it is 0 or there
   * are no two.
   */
  static double median(float[][] x) {
    int n = Math.min(x.length, COMPARED);
    double[] all = new double[n * (n - 1) / 2];
    int at = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        all[at] = squared(x[i], x[j]);
        at++;
      }
    }
    Arrays.sort(all);
    double median = all.length == 0 ? 0 : Math.sqrt(all[all.length / 2]);
    return median > 0 ? median : 1;
  }
}
