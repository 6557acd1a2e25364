package org.genlab.datasets.wrappers;

/**
 * L, lower triangular, with L L' = S for a positive semi-definite S. Where S has no variance left
 * (a pixel that is always 0) the column of L is 0, and a solution is 0 there. It takes no operation
 * but the exact ones and the square root, so it gives the same bits everywhere.
 *
 * @param lower the rows of L, row j with j + 1 entries
 */
record Cholesky(double[][] lower) {
  /** What is left of a variance after cancellation counts as nothing. */
  private static final double NOTHING = 1e-12;

  static Cholesky of(double[][] s) {
    int d = s.length;
    double[][] lower = new double[d][];
    for (int j = 0; j < d; j++) {
      double[] row = new double[j + 1];
      lower[j] = row;
      for (int k = 0; k <= j; k++) {
        double[] other = lower[k];
        double rest = s[j][k];
        for (int m = 0; m < k; m++) {
          rest -= row[m] * other[m];
        }
        if (k == j) {
          row[j] = rest > NOTHING * s[j][j] ? Math.sqrt(rest) : 0;
        } else {
          row[k] = other[k] == 0 ? 0 : rest / other[k];
        }
      }
    }
    return new Cholesky(lower);
  }

  /** L z. */
  double[] times(double[] z) {
    double[] x = new double[z.length];
    for (int j = 0; j < z.length; j++) {
      double sum = 0;
      double[] row = lower[j];
      for (int k = 0; k <= j; k++) {
        sum += row[k] * z[k];
      }
      x[j] = sum;
    }
    return x;
  }

  /** y with L y = x. */
  double[] forward(double[] x) {
    double[] y = new double[x.length];
    for (int j = 0; j < x.length; j++) {
      double[] row = lower[j];
      double rest = x[j];
      for (int k = 0; k < j; k++) {
        rest -= row[k] * y[k];
      }
      y[j] = row[j] == 0 ? 0 : rest / row[j];
    }
    return y;
  }

  /** y with L L' y = x. */
  double[] solve(double[] x) {
    double[] y = forward(x);
    for (int j = x.length - 1; j >= 0; j--) {
      y[j] = lower[j][j] == 0 ? 0 : y[j] / lower[j][j];
      for (int k = 0; k < j; k++) {
        y[k] -= lower[j][k] * y[j];
      }
    }
    return y;
  }

  /** log det L, over the columns that are not 0. */
  double logDeterminant() {
    double sum = 0;
    for (int j = 0; j < lower.length; j++) {
      sum += lower[j][j] == 0 ? 0 : StrictMath.log(lower[j][j]);
    }
    return sum;
  }
}
