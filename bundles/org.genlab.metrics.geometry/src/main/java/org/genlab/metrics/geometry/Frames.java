package org.genlab.metrics.geometry;

import org.genlab.tensor.random.RandomStream;

/** Random orthonormal directions. */
final class Frames {
  private Frames() {}

  /**
   * Directions that are uniformly distributed on the sphere and orthogonal to each other: Gaussian
   * vectors after Gram-Schmidt, made orthogonal twice, since once leaves rounding errors.
   *
   * @param count at most the dimension
   * @return [count][dimension]
   */
  static double[][] orthonormal(int count, int dimension, RandomStream random) {
    double[][] frame = new double[count][dimension];
    for (int i = 0; i < count; i++) {
      double[] v = frame[i];
      for (int k = 0; k < dimension; k++) {
        v[k] = random.nextGaussian();
      }
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0; j < i; j++) {
          add(v, -dot(v, frame[j]), frame[j]);
        }
        double length = Math.sqrt(dot(v, v));
        for (int k = 0; k < dimension; k++) {
          v[k] /= length;
        }
      }
    }
    return frame;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  private static void add(double[] v, double factor, double... w) {
    for (int k = 0; k < v.length; k++) {
      v[k] += factor * w[k];
    }
  }
}
