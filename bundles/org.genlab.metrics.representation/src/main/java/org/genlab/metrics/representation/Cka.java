package org.genlab.metrics.representation;

/** Linear centred kernel alignment of matrices with centred columns, rows the same inputs. */
final class Cka {
  private Cka() {}

  /** |Y'X|^2 / (|X'X| |Y'Y|); NaN when a matrix is all zeros. */
  static double plain(double[][] x, double[][] y) {
    return squaredNorm(x, y) / Math.sqrt(squaredNorm(x, x) * squaredNorm(y, y));
  }

  /** The same with unbiased estimates of the inner products; NaN of fewer than four rows. */
  static double debiased(double[][] x, double[][] y) {
    double xx = unbiased(x, x);
    double yy = unbiased(y, y);
    return x.length < 4 || xx <= 0 || yy <= 0 ? Double.NaN : unbiased(x, y) / Math.sqrt(xx * yy);
  }

  /** The squared Frobenius norm of Y'X. */
  private static double squaredNorm(double[][] x, double[][] y) {
    if (x.length == 0) {
      return 0;
    }
    double[][] product = new double[y[0].length][x[0].length];
    for (int row = 0; row < x.length; row++) {
      for (int i = 0; i < product.length; i++) {
        double left = y[row][i];
        double[] sums = product[i];
        double[] right = x[row];
        for (int j = 0; j < sums.length; j++) {
          sums[j] += left * right[j];
        }
      }
    }
    double sum = 0;
    for (double[] sums : product) {
      for (double value : sums) {
        sum += value * value;
      }
    }
    return sum;
  }

  /**
   * The unbiased estimate of the Hilbert-Schmidt independence criterion of the kernels K = XX' and
   * L = YY' (Song et al., "Feature selection via dependence maximization", JMLR 2012, equation 5),
   *
   * <pre>
   *   [ tr(K~L~) + 1'K~1 1'L~1 / ((n-1)(n-2)) - 2 1'K~L~1 / (n-2) ] / (n (n-3)),
   * </pre>
   *
   * where K~ is K with zeros on the diagonal.
   */
  private static double unbiased(double[][] x, double[][] y) {
    int n = x.length;
    double[] k = rowSums(x);
    double[] l = rowSums(y);
    double trace = squaredNorm(x, y);
    double sumK = 0;
    double sumL = 0;
    double both = 0;
    for (int i = 0; i < n; i++) {
      trace -= dot(x[i], x[i]) * dot(y[i], y[i]);
      sumK += k[i];
      sumL += l[i];
      both += k[i] * l[i];
    }
    double m = n;
    return (trace + sumK * sumL / ((m - 1) * (m - 2)) - 2 * both / (m - 2)) / (m * (m - 3));
  }

  /** K~ 1. */
  private static double[] rowSums(double[][] x) {
    double[] total = new double[x.length == 0 ? 0 : x[0].length];
    for (double[] row : x) {
      for (int j = 0; j < total.length; j++) {
        total[j] += row[j];
      }
    }
    double[] sums = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      sums[i] = dot(x[i], total) - dot(x[i], x[i]);
    }
    return sums;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
