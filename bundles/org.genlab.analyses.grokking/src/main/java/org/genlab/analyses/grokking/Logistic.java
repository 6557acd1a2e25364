package org.genlab.analyses.grokking;

/**
 * A rise from one level to another along the logarithm of a size,
 *
 * <pre>
 *   y(n) = low + (high - low) s((ln n - ln location) / scale),   s(z) = 1 / (1 + e^-z)
 * </pre>
 *
 * @param location the size n at which half of the rise is made
 * @param scale in units of ln n; a tenth to nine tenths of the rise take 2 ln 9 scale
 * @param low the level of small sizes, in [0, 1]
 * @param high the level of large sizes, in [low, 1]
 * @param error the sum of the squared distances to the points
 */
record Logistic(double location, double scale, double low, double high, double error) {
  private static final int LOCATIONS = 40;
  private static final int SCALES = 24;
  private static final double SHARPEST = 0.01;
  private static final double FLATTEST = 3;
  private static final int REFINEMENTS = 4;

  /**
   * The curve with the smallest squared error, its location within the range of the sizes. The
   * levels are solved for; location and scale are searched for on a grid, which is then refined
   * around the best of its points.
   *
   * @param sizes positive, at least two different ones
   * @param values in [0, 1], one for each size
   */
  static Logistic fit(double[] sizes, double[] values) {
    double[] logs = new double[sizes.length];
    double from = Double.POSITIVE_INFINITY;
    double to = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < logs.length; i++) {
      logs[i] = StrictMath.log(sizes[i]);
      from = Math.min(from, logs[i]);
      to = Math.max(to, logs[i]);
    }
    double sharpest = StrictMath.log(SHARPEST);
    double flattest = StrictMath.log(FLATTEST);
    Logistic best = search(logs, values, from, to, sharpest, flattest);
    double halfWidth = (to - from) / LOCATIONS;
    double halfHeight = (flattest - sharpest) / SCALES;
    for (int i = 0; i < REFINEMENTS; i++) {
      double location = StrictMath.log(best.location());
      double scale = StrictMath.log(best.scale());
      Logistic finer =
          search(
              logs,
              values,
              Math.max(from, location - halfWidth),
              Math.min(to, location + halfWidth),
              Math.max(sharpest, scale - halfHeight),
              Math.min(flattest, scale + halfHeight));
      best = finer.error() < best.error() ? finer : best;
      halfWidth *= 4.0 / LOCATIONS;
      halfHeight *= 4.0 / SCALES;
    }
    return best;
  }

  private static Logistic search(
      double[] logs, double[] values, double from, double to, double sharpest, double flattest) {
    Logistic best = null;
    for (int i = 0; i <= LOCATIONS; i++) {
      double location = from + (to - from) * i / LOCATIONS;
      for (int j = 0; j <= SCALES; j++) {
        double scale = StrictMath.exp(sharpest + (flattest - sharpest) * j / SCALES);
        Logistic curve = levels(logs, values, location, scale);
        if (best == null || curve.error() < best.error()) {
          best = curve;
        }
      }
    }
    return best;
  }

  /**
   * The best levels for a location and a scale: linear least squares within 0 <= low <= high <= 1.
   */
  private static Logistic levels(double[] logs, double[] values, double location, double scale) {
    int n = logs.length;
    double[] s = new double[n];
    double ss = 0;
    double sc = 0;
    double cc = 0;
    double sy = 0;
    double cy = 0;
    for (int i = 0; i < n; i++) {
      s[i] = 1 / (1 + StrictMath.exp(-(logs[i] - location) / scale));
      double c = 1 - s[i];
      ss += s[i] * s[i];
      sc += s[i] * c;
      cc += c * c;
      sy += s[i] * values[i];
      cy += c * values[i];
    }
    double determinant = ss * cc - sc * sc;
    double mean = clamp((sy + cy) / n);
    double[][] candidates = {
      {(ss * cy - sc * sy) / determinant, (cc * sy - sc * cy) / determinant},
      {0, clamp(sy / ss)},
      {clamp((cy - sc) / cc), 1},
      {0, 1},
      {mean, mean}
    };
    Logistic best = null;
    for (double[] levels : candidates) {
      boolean allowed = levels[0] >= 0 && levels[0] <= levels[1] && levels[1] <= 1;
      if (allowed) {
        double error = 0;
        for (int i = 0; i < n; i++) {
          double d = levels[0] * (1 - s[i]) + levels[1] * s[i] - values[i];
          error += d * d;
        }
        if (best == null || error < best.error()) {
          best = new Logistic(StrictMath.exp(location), scale, levels[0], levels[1], error);
        }
      }
    }
    return best;
  }

  private static double clamp(double level) {
    return Double.isNaN(level) ? 0 : Math.max(0, Math.min(1, level));
  }
}
