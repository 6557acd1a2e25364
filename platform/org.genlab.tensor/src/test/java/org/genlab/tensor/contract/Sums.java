package org.genlab.tensor.contract;

/** Sums in double precision, and those of the absolute values of their terms. */
final class Sums {
  final double[] values;
  final double[] terms;

  Sums(int n) {
    values = new double[n];
    terms = new double[n];
  }

  void add(int at, double term) {
    values[at] += term;
    terms[at] += Math.abs(term);
  }

  /** A matrix as it lies in an array: element (i, j) at i times the one step, j times the other. */
  record Matrix(double[] values, int down, int across) {
    static Matrix of(double[] values, int columns) {
      return new Matrix(values, columns, 1);
    }

    Matrix transposed() {
      return new Matrix(values, across, down);
    }

    double at(int i, int j) {
      return values[i * down + j * across];
    }
  }

  /** The product of a matrix [m, k] with one [k, n]. */
  static Sums product(Matrix a, Matrix b, int m, int k, int n) {
    Sums c = new Sums(m * n);
    for (int i = 0; i < m; i++) {
      for (int l = 0; l < k; l++) {
        double factor = a.at(i, l);
        for (int j = 0; j < n; j++) {
          c.add(i * n + j, factor * b.at(l, j));
        }
      }
    }
    return c;
  }

  /** The sums of the columns of a matrix [m, n]. */
  static Sums columns(double[] x, int n) {
    Sums sums = new Sums(n);
    for (int i = 0; i < x.length; i++) {
      sums.add(i % n, x[i]);
    }
    return sums;
  }
}
