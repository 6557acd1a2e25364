package org.genlab.architectures.kernels;

import org.genlab.tensor.Tensor;

/** A positive definite function of two inputs x and z. */
public enum Kernel {
  /** exp(-|x - z|^2 / (2 s^2)). */
  GAUSSIAN {
    @Override
    double of(double squaredDistance, double bandwidth) {
      return StrictMath.exp(-squaredDistance / (2 * bandwidth * bandwidth));
    }

    @Override
    Tensor of(Tensor squaredDistances, double bandwidth) {
      return squaredDistances.times(-1 / (2 * bandwidth * bandwidth)).exp();
    }
  },
  /** exp(-|x - z| / s). */
  LAPLACIAN {
    @Override
    double of(double squaredDistance, double bandwidth) {
      return StrictMath.exp(-Math.sqrt(squaredDistance) / bandwidth);
    }

    @Override
    Tensor of(Tensor squaredDistances, double bandwidth) {
      // The root has no derivative at 0.
      return squaredDistances.plus(1e-12).sqrt().times(-1 / bandwidth).exp();
    }
  },
  /** The inner product of x and z. */
  LINEAR {
    @Override
    double of(double squaredDistance, double bandwidth) {
      throw new AssertionError("not a function of the distance");
    }

    @Override
    Tensor of(Tensor squaredDistances, double bandwidth) {
      throw new AssertionError("not a function of the distance");
    }
  };

  /** The kernel from the squared distance of x and z. */
  abstract double of(double squaredDistance, double bandwidth);

  /** The kernel of many pairs. */
  abstract Tensor of(Tensor squaredDistances, double bandwidth);

  /** The matrix K[i][j] = k(x_i, x_j), lower triangle and diagonal, in double precision. */
  double[][] gram(float[][] x, double bandwidth) {
    double[][] gram = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      gram[i] = new double[i + 1];
      for (int j = 0; j <= i; j++) {
        gram[i][j] =
            this == LINEAR
                ? Distances.innerProduct(x[i], x[j])
                : of(Distances.squared(x[i], x[j]), bandwidth);
      }
    }
    return gram;
  }
}
