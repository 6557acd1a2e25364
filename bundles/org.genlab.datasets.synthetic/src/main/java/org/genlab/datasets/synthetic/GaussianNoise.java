package org.genlab.datasets.synthetic;

import org.genlab.tensor.LinearAlgebra;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * Gaussian vectors with mean zero and a covariance of chosen eigenvalues, V diag(lambda) V'.
 *
 * <p>The basis V is that of the coordinates, or, for a rotated spectrum, uniform among the
 * orthogonal ones.
 */
final class GaussianNoise {
  private final double[] deviations;
  private final float[] basis;

  /**
   * @param basis where the basis of a rotated spectrum is drawn from
   */
  GaussianNoise(Spectrum spectrum, int dimensions, RandomStream basis) {
    deviations = spectrum.eigenvalues(dimensions);
    for (int k = 0; k < dimensions; k++) {
      deviations[k] = Math.sqrt(deviations[k]);
    }
    this.basis = spectrum.rotated() ? orthogonal(dimensions, basis) : new float[0];
  }

  /**
   * The Q of a Gaussian matrix's QR decomposition, row by row; as the diagonal of R is positive, it
   * is uniformly distributed.
   */
  private static float[] orthogonal(int d, RandomStream random) {
    float[] values = new float[Math.multiplyExact(d, d)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return LinearAlgebra.qr(Tensor.of(values, d, d)).q().toArray();
  }

  int dimensions() {
    return deviations.length;
  }

  /** The square root of the k-th eigenvalue. */
  double deviation(int k) {
    return deviations[k];
  }

  /** A vector drawn from the distribution. */
  double[] draw(RandomStream random) {
    double[] z = new double[deviations.length];
    for (int k = 0; k < z.length; k++) {
      z[k] = deviations[k] * random.nextGaussian();
    }
    return inCoordinates(z);
  }

  /** The vector that is {@code length} times the k-th eigenvector. */
  double[] along(int k, double length) {
    double[] z = new double[deviations.length];
    z[k] = length;
    return inCoordinates(z);
  }

  private double[] inCoordinates(double[] z) {
    if (basis.length == 0) {
      return z;
    }
    int d = z.length;
    double[] x = new double[d];
    for (int i = 0; i < d; i++) {
      for (int k = 0; k < d; k++) {
        x[i] += basis[i * d + k] * z[k];
      }
    }
    return x;
  }
}
