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
        gram[i][j] = of(x[i], x[j], bandwidth);
      }
    }
    return gram;
  }

  /** The matrix k(x_i, z_j), row by row, in double precision: to the bit what the other has. */
  double[] matrix(float[][] x, float[][] z, double bandwidth) {
    double[] matrix = new double[x.length * z.length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < z.length; j++) {
        matrix[i * z.length + j] = of(x[i], z[j], bandwidth);
      }
    }
    return matrix;
  }

  private double of(float[] x, float[] z, double bandwidth) {
    return this == LINEAR ? Distances.innerProduct(x, z) : of(Distances.squared(x, z), bandwidth);
  }
}
