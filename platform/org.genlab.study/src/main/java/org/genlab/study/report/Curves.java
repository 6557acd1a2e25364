package org.genlab.study.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.genlab.api.evaluation.Series;
import org.genlab.study.plot.Figure;
import org.genlab.study.plot.Ink;
import org.genlab.study.plot.LinearScale;
import org.genlab.study.plot.LogScale;
import org.genlab.study.plot.Scale;

/** Series of runs as curves of figures. */
final class Curves {
  private Curves() {}

  /**
   * The median of the seeds at each step, with the band from their smallest to their largest value;
   * without a band when there is one seed.
   */
  static Figure.Curve over(String label, Ink ink, List<Series> seeds) {
    TreeSet<Long> steps = new TreeSet<>();
    for (Series series : seeds) {
      for (long step : series.steps()) {
        steps.add(step);
      }
    }
    int n = steps.size();
    double[] xs = new double[n];
    double[] median = new double[n];
    double[] low = new double[n];
    double[] high = new double[n];
    int[] next = new int[seeds.size()];
    int i = 0;
    for (long step : steps) {
      List<Double> values = new ArrayList<>();
      for (int s = 0; s < next.length; s++) {
        Series series = seeds.get(s);
        if (next[s] < series.length() && series.steps()[next[s]] == step) {
          double value = series.values()[next[s]++];
          if (Double.isFinite(value)) {
            values.add(value);
          }
        }
      }
      double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
      xs[i] = step;
      median[i] = median(sorted);
      low[i] = sorted.length == 0 ? Double.NaN : sorted[0];
      high[i] = sorted.length == 0 ? Double.NaN : sorted[sorted.length - 1];
      i++;
    }
    Figure.Band band = seeds.size() > 1 ? new Figure.Band(low, high) : null;
    return new Figure.Curve(label, ink, xs, median, band);
  }

  /** The median of ascending numbers; NaN when there are none. */
  static double median(double[] sorted) {
    int n = sorted.length;
    if (n == 0) {
      return Double.NaN;
    }
    double a = sorted[(n - 1) / 2];
    double b = sorted[n / 2];
    return a == b ? a : (a + b) / 2;
  }

  /** The step axis over all curves. */
  static Scale steps(List<Figure.Curve> curves, boolean logarithmic) {
    double last = 1;
    boolean zero = false;
    for (Figure.Curve curve : curves) {
      for (double x : curve.xs()) {
        last = Math.max(last, x);
        zero |= x == 0;
      }
    }
    return logarithmic ? LogScale.steps(zero, last) : new LinearScale(0, last, false);
  }

  /** The axis of values over all curves and their bands. */
  static Scale values(List<Figure.Curve> curves, boolean logarithmic, boolean percent) {
    if (percent) {
      return LinearScale.percentage();
    }
    double[] values = new double[0];
    for (Figure.Curve curve : curves) {
      values = concatenate(values, curve.ys());
      if (curve.band() != null) {
        values = concatenate(concatenate(values, curve.band().low()), curve.band().high());
      }
    }
    return logarithmic ? LogScale.over(values) : LinearScale.over(values);
  }

  private static double[] concatenate(double[] a, double[] b) {
    double[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
