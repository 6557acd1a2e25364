package org.genlab.datasets.wrappers;

import java.util.Arrays;
import org.genlab.api.Randomness;
import org.genlab.tensor.LinearAlgebra;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** For each class a distribution with some of the moments of that class. */
final class Moments {
  /** A distribution of vectors. */
  private interface Law {
    double[] draw(RandomStream random);
  }

  private final Law[] laws;

  private Moments(Law... laws) {
    this.laws = laws;
  }

  /**
   * Draws an input of a class.
   *
   * @throws IllegalArgumentException when there was no example of the class to learn from
   */
  double[] draw(int label, RandomStream random) {
    if (laws[label] == null) {
      throw new IllegalArgumentException(
          "moment-clone cannot draw inputs of class "
              + label
              + ", as the training split has no example of it");
    }
    return laws[label].draw(random);
  }

  private static double[][] pick(double[][] vectors, int... positions) {
    return Arrays.stream(positions).mapToObj(i -> vectors[i]).toArray(double[][]::new);
  }

  /** N(mu_k, s^2 I) with s^2 = sum_k n_k tr S_k / (n D). */
  static Moments isotropic(double[][] inputs, int[]... byClass) {
    Gaussian[] classes = new Gaussian[byClass.length];
    double variance = 0;
    for (int k = 0; k < byClass.length; k++) {
      if (byClass[k].length > 0) {
        classes[k] = Gaussian.of(pick(inputs, byClass[k]));
        variance += byClass[k].length * classes[k].totalVariance() / inputs.length;
      }
    }
    double deviation = Math.sqrt(variance / inputs[0].length);
    Law[] laws = new Law[byClass.length];
    for (int k = 0; k < byClass.length; k++) {
      Gaussian own = classes[k];
      if (own != null) {
        laws[k] =
            random -> {
              double[] x = own.mean().clone();
              for (int d = 0; d < x.length; d++) {
                x[d] += deviation * random.nextGaussian();
              }
              return x;
            };
      }
    }
    return new Moments(laws);
  }

  /** N(mu_k, S_k), S_k shrunk as its number of examples demands. */
  static Moments gaussian(double[][] inputs, int[]... byClass) {
    Law[] laws = new Law[byClass.length];
    for (int k = 0; k < byClass.length; k++) {
      if (byClass[k].length > 0) {
        double[][] own = pick(inputs, byClass[k]);
        laws[k] = Gaussian.of(own).shrunk(own).sampler()::draw;
      }
    }
    return new Moments(laws);
  }

  /**
   * The normal distribution of the class, its projection z = P' x replaced: with x_0 ~ N(mu_k, S_k)
   * and z from the mixture, x = x_0 + S_k P (P' S_k P)^{-1} (z - P' x_0). Then P' x = z, and given
   * z the rest is as under the normal distribution.
   *
   * @param dimensions columns of P, the leading principal components of all inputs
   */
  static Moments mixture(
      double[][] inputs,
      int[][] byClass,
      int dimensions,
      int components,
      int iterations,
      Randomness randomness) {
    double[][] principal = principal(inputs, Math.min(dimensions, inputs[0].length));
    Law[] laws = new Law[byClass.length];
    for (int k = 0; k < byClass.length; k++) {
      if (byClass[k].length > 0) {
        double[][] own = pick(inputs, byClass[k]);
        Gaussian normal = Gaussian.of(own).shrunk(own);
        double[][] projected =
            Arrays.stream(own).map(x -> project(principal, x)).toArray(double[][]::new);
        GaussianMixture.Sampler mixture =
            GaussianMixture.fit(projected, components, iterations, randomness.stream("mixture", k))
                .sampler();
        double[][] gain = gain(normal.covariance(), principal);
        Gaussian.Sampler base = normal.sampler();
        laws[k] = random -> moved(base.draw(random), mixture.draw(random), principal, gain);
      }
    }
    return new Moments(laws);
  }

  /** x_0 + gain' (z - P' x_0). */
  private static double[] moved(double[] x, double[] z, double[][] principal, double[][] gain) {
    double[] now = project(principal, x);
    for (int q = 0; q < z.length; q++) {
      double difference = z[q] - now[q];
      for (int d = 0; d < x.length; d++) {
        x[d] += gain[q][d] * difference;
      }
    }
    return x;
  }

  /** P' x for the rows of P'. */
  private static double[] project(double[][] principal, double[] x) {
    double[] z = new double[principal.length];
    for (int q = 0; q < z.length; q++) {
      for (int d = 0; d < x.length; d++) {
        z[q] += principal[q][d] * x[d];
      }
    }
    return z;
  }

  /** The transpose of S P (P' S P)^{-1}, [q][d]. */
  private static double[][] gain(double[][] covariance, double[][] principal) {
    int q = principal.length;
    int d = covariance.length;
    double[][] cross =
        Arrays.stream(covariance).map(row -> project(principal, row)).toArray(double[][]::new);
    double[][] within = new double[q][q];
    for (int a = 0; a < q; a++) {
      for (int b = 0; b <= a; b++) {
        for (int i = 0; i < d; i++) {
          within[a][b] += principal[a][i] * cross[i][b];
        }
        within[b][a] = within[a][b];
      }
    }
    Cholesky factor = Cholesky.of(within);
    double[][] gain = new double[q][d];
    for (int i = 0; i < d; i++) {
      double[] solution = factor.solve(cross[i]);
      for (int a = 0; a < q; a++) {
        gain[a][i] = solution[a];
      }
    }
    return gain;
  }

  /** The leading eigenvectors of the covariance of all inputs, one a row. */
  private static double[][] principal(double[][] inputs, int dimensions) {
    double[][] covariance = Gaussian.of(inputs).covariance();
    int d = covariance.length;
    double[] flat = Arrays.stream(covariance).flatMapToDouble(Arrays::stream).toArray();
    float[] vectors = LinearAlgebra.symmetricEigen(Tensor.of(flat, d, d)).vectors().toArray();
    double[][] rows = new double[dimensions][d];
    for (int q = 0; q < dimensions; q++) {
      for (int i = 0; i < d; i++) {
        rows[q][i] = vectors[i * d + d - 1 - q];
      }
    }
    return rows;
  }
}
