package org.genlab.study.internal;

import java.util.Arrays;
import org.genlab.study.Interval;
import org.genlab.tensor.random.RandomStream;

/** Summary statistics. Empty input, and NaN anywhere in it, gives NaN. */
public final class Statistics {
  /** How often the bootstrap resamples. */
  public static final int RESAMPLES = 10_000;

  private Statistics() {}

  /** A statistic of resampled indices. */
  @FunctionalInterface
  public interface Resampled {
    /** The statistic when the i-th observation is the {@code indices[i]}-th of the sample. */
    double of(int[] indices);
  }

  static double sum(double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += value;
    }
    return sum;
  }

  public static double mean(double[] x) {
    return x.length == 0 ? Double.NaN : sum(x) / x.length;
  }

  /** The sample standard deviation, with n - 1 in the denominator. */
  static double standardDeviation(double[] x) {
    if (x.length < 2) {
      return Double.NaN;
    }
    double mean = mean(x);
    double squares = 0;
    for (double value : x) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (x.length - 1));
  }

  static double median(double[] x) {
    return percentile(x, 50);
  }

  /**
   * A percentile with linear interpolation between order statistics (Hyndman and Fan 1996, type 7).
   *
   * @param p in [0, 100]
   */
  static double percentile(double[] x, double p) {
    double[] sorted = x.clone();
    Arrays.sort(sorted);
    return percentileOfSorted(sorted, p);
  }

  private static double percentileOfSorted(double[] sorted, double p) {
    int n = sorted.length;
    // Arrays.sort puts NaN last.
    if (n == 0 || Double.isNaN(sorted[n - 1]) || Double.isNaN(p)) {
      return Double.NaN;
    }
    double position = Math.max(0, Math.min(100, p)) / 100 * (n - 1);
    int below = (int) Math.floor(position);
    double share = position - below;
    // Infinite neighbours must not meet in a difference or a product with zero.
    if (share == 0 || sorted[below] == sorted[below + 1]) {
      return sorted[below];
    }
    return sorted[below] * (1 - share) + sorted[below + 1] * share;
  }

  /** Ranks from 1; equal values share the mean of their ranks. */
  static double[] ranks(double[] x) {
    double[] ranks = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      if (Double.isNaN(x[i])) {
        Arrays.fill(ranks, Double.NaN);
        return ranks;
      }
    }
    for (int i = 0; i < x.length; i++) {
      int below = 0;
      int equal = 0;
      for (double other : x) {
        if (other < x[i]) {
          below++;
        } else if (other == x[i]) {
          equal++;
        }
      }
      ranks[i] = below + (equal + 1) / 2.0;
    }
    return ranks;
  }

  /** Pearson's correlation; NaN when either side does not vary. */
  static double pearson(double[] x, double[] y) {
    double meanX = mean(x);
    double meanY = mean(y);
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      double a = x[i] - meanX;
      double b = y[i] - meanY;
      xy += a * b;
      xx += a * a;
      yy += b * b;
    }
    if (xx == 0 || yy == 0) {
      return Double.NaN;
    }
    // Exact for ranks in the same order: xx * yy is then a square. It can leave the range of
    // doubles.
    double product = xx * yy;
    double scale =
        product > 0 && Double.isFinite(product)
            ? Math.sqrt(product)
            : Math.sqrt(xx) * Math.sqrt(yy);
    return Math.max(-1, Math.min(1, xy / scale));
  }

  /** Spearman's rank correlation: Pearson's of the ranks, so that ties are right. */
  static double spearman(double[] x, double[] y) {
    return pearson(ranks(x), ranks(y));
  }

  /** Kendall's tau-b (Kendall 1945), corrected for ties. */
  static double kendall(double[] x, double[] y) {
    if (Arrays.stream(x).anyMatch(Double::isNaN) || Arrays.stream(y).anyMatch(Double::isNaN)) {
      return Double.NaN;
    }
    long concordant = 0;
    long tiedX = 0;
    long tiedY = 0;
    long pairs = 0;
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < i; j++) {
        int a = Double.compare(x[i] + 0.0, x[j] + 0.0);
        int b = Double.compare(y[i] + 0.0, y[j] + 0.0);
        pairs++;
        concordant += (long) Integer.signum(a) * Integer.signum(b);
        tiedX += a == 0 ? 1 : 0;
        tiedY += b == 0 ? 1 : 0;
      }
    }
    double scale = Math.sqrt((double) (pairs - tiedX)) * Math.sqrt((double) (pairs - tiedY));
    return scale == 0 ? Double.NaN : concordant / scale;
  }

  /** The slope of the least-squares line of y over x. */
  static double slope(double[] x, double[] y) {
    double meanX = mean(x);
    double meanY = mean(y);
    double xy = 0;
    double xx = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - meanX) * (y[i] - meanY);
      xx += (x[i] - meanX) * (x[i] - meanX);
    }
    return xx == 0 ? Double.NaN : xy / xx;
  }

  /**
   * The 95 % percentile bootstrap interval (Efron 1979) of a statistic of n observations.
   *
   * @param stream the same key gives the same interval
   * @return NaN bounds when the statistic is NaN on a resample
   */
  public static Interval bootstrap(int n, Resampled statistic, RandomStream stream) {
    double[] values = new double[RESAMPLES];
    int[] indices = new int[n];
    for (int r = 0; r < RESAMPLES; r++) {
      for (int i = 0; i < n; i++) {
        indices[i] = stream.nextInt(n);
      }
      values[r] = statistic.of(indices);
    }
    Arrays.sort(values);
    return new Interval(percentileOfSorted(values, 2.5), percentileOfSorted(values, 97.5));
  }
}
