package org.genlab.architectures.kernels;

import java.util.Arrays;

/**
 * A factorisation K = L L' of a positive semidefinite matrix, with the largest remaining diagonal
 * element as the next pivot (Harbrecht, Peters and Schneider 2012): it ends with the columns that
 * K's numerical rank r needs, and says which rows these belong to.
 *
 * <p>In the feature space that K is the Gram matrix of, row i of L is example i in an orthonormal
 * basis of the span of all examples. So the linear function of minimal norm among those with the
 * least squared error has the weights w = (L'L)^-1 L' y; it is a combination of the r pivot
 * examples, with the coefficients a of L_1' a = w, where L_1 are the pivots' rows of L.
 */
final class PivotedCholesky {
  private final int[] order;
  private final double[][] columns;

  private PivotedCholesky(int[] order, double[][] columns) {
    this.order = order;
    this.columns = columns;
  }

  /**
   * Factorises a matrix.
   *
   * @param lower its rows, each up to the diagonal; overwritten
   * @param tolerance what remains of the diagonal is 0 when it is at most this share of the largest
   *     element
   */
  static PivotedCholesky of(double[][] lower, double tolerance) {
    int n = lower.length;
    int[] order = new int[n];
    double[] diagonal = new double[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
      diagonal[i] = lower[i][i];
    }
    double least = tolerance * Arrays.stream(diagonal).max().orElse(0);
    double[][] columns = new double[n][];
    int rank = 0;
    while (rank < n) {
      int pivot = rank;
      for (int i = rank + 1; i < n; i++) {
        if (diagonal[i] > diagonal[pivot]) {
          pivot = i;
        }
      }
      if (!(diagonal[pivot] > least)) {
        break;
      }
      swap(order, diagonal, columns, rank, pivot);
      columns[rank] = column(lower, order, columns, rank, Math.sqrt(diagonal[rank]));
      for (int i = rank + 1; i < n; i++) {
        diagonal[i] -= columns[rank][i] * columns[rank][i];
      }
      rank++;
    }
    return new PivotedCholesky(order, Arrays.copyOf(columns, rank));
  }

  private static void swap(int[] order, double[] diagonal, double[][] columns, int a, int b) {
    int o = order[a];
    order[a] = order[b];
    order[b] = o;
    double d = diagonal[a];
    diagonal[a] = diagonal[b];
    diagonal[b] = d;
    for (int k = 0; k < a; k++) {
      double c = columns[k][a];
      columns[k][a] = columns[k][b];
      columns[k][b] = c;
    }
  }

  /** L[i][k] = (K[i][k] - sum over m below k of L[i][m] L[k][m]) / L[k][k], for i from k on. */
  private static double[] column(
      double[][] lower, int[] order, double[][] columns, int k, double diagonal) {
    int n = order.length;
    double[] column = new double[n];
    for (int i = k + 1; i < n; i++) {
      int row = Math.max(order[i], order[k]);
      int other = Math.min(order[i], order[k]);
      column[i] = lower[row][other];
    }
    for (int m = 0; m < k; m++) {
      double[] earlier = columns[m];
      double factor = earlier[k];
      for (int i = k + 1; i < n; i++) {
        column[i] -= factor * earlier[i];
      }
    }
    for (int i = k + 1; i < n; i++) {
      column[i] /= diagonal;
    }
    column[k] = diagonal;
    return column;
  }

  /** The numerical rank r. */
  int rank() {
    return columns.length;
  }

  /** The pivots, r of the examples. */
  int[] pivots() {
    return Arrays.copyOf(order, rank());
  }

  /**
   * The coefficients of the pivots in the function of minimal norm with the least squared error.
   *
   * @param y the target of each example
   */
  double[] solve(double[] y) {
    int n = order.length;
    int r = rank();
    double[] right = new double[n];
    for (int i = 0; i < n; i++) {
      right[i] = y[order[i]];
    }
    double[] w;
    if (r == n) {
      w = forward(columns, right);
    } else {
      double[] projected = new double[r];
      for (int k = 0; k < r; k++) {
        for (int i = k; i < n; i++) {
          projected[k] += columns[k][i] * right[i];
        }
      }
      double[][] factor = normal();
      w = backward(factor, forward(factor, projected));
    }
    return backward(columns, w);
  }

  /** The columns of the Cholesky factor of L'L. */
  private double[][] normal() {
    int n = order.length;
    int r = rank();
    double[][] lower = new double[r][];
    for (int a = 0; a < r; a++) {
      lower[a] = new double[a + 1];
      for (int b = 0; b <= a; b++) {
        double sum = 0;
        for (int i = a; i < n; i++) {
          sum += columns[a][i] * columns[b][i];
        }
        lower[a][b] = sum;
      }
    }
    int[] same = new int[r];
    Arrays.setAll(same, i -> i);
    double[][] factor = new double[r][];
    for (int k = 0; k < r; k++) {
      double diagonal = lower[k][k];
      for (int m = 0; m < k; m++) {
        diagonal -= factor[m][k] * factor[m][k];
      }
      factor[k] = column(lower, same, factor, k, Math.sqrt(diagonal));
    }
    return factor;
  }

  /** Solves F x = right, where F is lower triangular and given by its columns. */
  private static double[] forward(double[][] factor, double[] right) {
    double[] x = Arrays.copyOf(right, factor.length);
    for (int k = 0; k < x.length; k++) {
      x[k] /= factor[k][k];
      for (int i = k + 1; i < x.length; i++) {
        x[i] -= factor[k][i] * x[k];
      }
    }
    return x;
  }

  /** Solves F' x = right, F being the first rows of what is given by its columns. */
  private static double[] backward(double[][] factor, double[] right) {
    double[] x = right.clone();
    for (int k = x.length - 1; k >= 0; k--) {
      for (int i = k + 1; i < x.length; i++) {
        x[k] -= factor[k][i] * x[i];
      }
      x[k] /= factor[k][k];
    }
    return x;
  }
}
