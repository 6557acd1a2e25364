package org.genlab.datasets.wrappers;

import java.util.Arrays;
import org.genlab.tensor.random.RandomStream;

/**
 * A normal distribution N(mean, covariance) in double precision, with arithmetic in a fixed order.
 *
 * @param mean mu, [d]
 * @param covariance S, symmetric and positive semi-definite, [d][d]
 */
record Gaussian(double[] mean, double[][] covariance) {
  /**
   * The one with the mean of weighted vectors and their covariance, sums divided by the sum of the
   * weights (maximum likelihood).
   *
   * @param vectors [n][d], at least one
   * @param weights [n], not negative, not all 0
   */
  static Gaussian of(double[][] vectors, double[] weights) {
    int d = vectors[0].length;
    double total = 0;
    double[] mean = new double[d];
    for (int i = 0; i < vectors.length; i++) {
      total += weights[i];
      for (int j = 0; j < d; j++) {
        mean[j] += weights[i] * vectors[i][j];
      }
    }
    for (int j = 0; j < d; j++) {
      mean[j] /= total;
    }
    double[][] covariance = new double[d][d];
    double[] centred = new double[d];
    for (int i = 0; i < vectors.length; i++) {
      if (weights[i] == 0) {
        continue;
      }
      for (int j = 0; j < d; j++) {
        centred[j] = vectors[i][j] - mean[j];
      }
      for (int j = 0; j < d; j++) {
        double scaled = weights[i] * centred[j];
        double[] row = covariance[j];
        for (int k = 0; k <= j; k++) {
          row[k] += scaled * centred[k];
        }
      }
    }
    for (int j = 0; j < d; j++) {
      for (int k = 0; k <= j; k++) {
        covariance[j][k] /= total;
        covariance[k][j] = covariance[j][k];
      }
    }
    return new Gaussian(mean, covariance);
  }

  /** The one with the mean and covariance of vectors that all count alike. */
  static Gaussian of(double[][] vectors) {
    double[] ones = new double[vectors.length];
    Arrays.fill(ones, 1);
    return of(vectors, ones);
  }

  int dimensions() {
    return mean.length;
  }

  /** The trace of the covariance. */
  double totalVariance() {
    double trace = 0;
    for (int j = 0; j < mean.length; j++) {
      trace += covariance[j][j];
    }
    return trace;
  }

  /**
   * The same mean, and the covariance (1 - lambda) S + lambda (tr S / d) I with the lambda that is
   * best in expected squared error when S was estimated from these vectors (Ledoit and Wolf, "A
   * well-conditioned estimator for large-dimensional covariance matrices", 2004, section 3.2):
   * lambda = min(b^2, d^2) / d^2 with d^2 = ||S - (tr S / d) I||^2 and b^2 = sum_i ||x_i x_i' -
   * S||^2 / n^2. It tends to 0 as vectors outnumber dimensions. The total variance stays.
   */
  Gaussian shrunk(double[][] vectors) {
    int d = mean.length;
    int n = vectors.length;
    double average = totalVariance() / d;
    double norm = 0;
    for (double[] row : covariance) {
      for (double value : row) {
        norm += value * value;
      }
    }
    double fourth = 0;
    for (double[] vector : vectors) {
      double square = 0;
      for (int j = 0; j < d; j++) {
        square += (vector[j] - mean[j]) * (vector[j] - mean[j]);
      }
      fourth += square * square;
    }
    double distance = norm - d * average * average;
    double error = (fourth - n * norm) / ((double) n * n);
    double lambda = distance <= 0 ? 1 : Math.min(1, Math.max(0, error) / distance);
    double[][] shrunk = new double[d][d];
    for (int j = 0; j < d; j++) {
      for (int k = 0; k < d; k++) {
        shrunk[j][k] = (1 - lambda) * covariance[j][k] + (j == k ? lambda * average : 0);
      }
    }
    return new Gaussian(mean, shrunk);
  }

  /** The covariance with a number added to each variance. */
  Gaussian widened(double variance) {
    double[][] wider = new double[mean.length][];
    for (int j = 0; j < mean.length; j++) {
      wider[j] = covariance[j].clone();
      wider[j][j] += variance;
    }
    return new Gaussian(mean, wider);
  }

  /** This distribution ready to be drawn from. */
  Sampler sampler() {
    return new Sampler(mean, Cholesky.of(covariance));
  }

  /** Draws mean + L z with L L' = S and z standard normal. */
  record Sampler(double[] mean, Cholesky factor) {
    double[] draw(RandomStream random) {
      int d = mean.length;
      double[] z = new double[d];
      for (int j = 0; j < d; j++) {
        z[j] = random.nextGaussian();
      }
      double[] x = factor.times(z);
      for (int j = 0; j < d; j++) {
        x[j] += mean[j];
      }
      return x;
    }
  }
}
