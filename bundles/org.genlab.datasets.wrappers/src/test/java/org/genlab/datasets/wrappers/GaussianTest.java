package org.genlab.datasets.wrappers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class GaussianTest {
  private static double[][] vectors(int n, int d, long seed) {
    RandomStream random = RandomStream.of(seed, "vectors");
    double[][] mixing = new double[d][d];
    for (double[] row : mixing) {
      for (int j = 0; j < d; j++) {
        row[j] = random.nextGaussian();
      }
    }
    double[][] vectors = new double[n][d];
    for (double[] vector : vectors) {
      for (int k = 0; k < d; k++) {
        double z = random.nextGaussian();
        for (int j = 0; j < d; j++) {
          vector[j] += mixing[j][k] * z + 0.3;
        }
      }
    }
    return vectors;
  }

  /** E[x_j x_k] - E[x_j] E[x_k], term by term. */
  private static double covariance(double[][] x, int j, int k) {
    double xx = 0;
    double a = 0;
    double b = 0;
    for (double[] row : x) {
      xx += row[j] * row[k] / x.length;
      a += row[j] / x.length;
      b += row[k] / x.length;
    }
    return xx - a * b;
  }

  @Test
  void hasTheMeanAndCovarianceOfItsVectors() {
    double[][] x = vectors(50, 4, 1);
    Gaussian gaussian = Gaussian.of(x);
    for (int j = 0; j < 4; j++) {
      for (int k = 0; k < 4; k++) {
        assertEquals(covariance(x, j, k), gaussian.covariance()[j][k], 1e-12);
      }
    }
    double[][] doubled = new double[100][];
    for (int i = 0; i < 100; i++) {
      doubled[i] = x[i / 2];
    }
    double[] weights = new double[50];
    java.util.Arrays.fill(weights, 0, 25, 2);
    Gaussian weighted = Gaussian.of(x, weights);
    Gaussian half = Gaussian.of(java.util.Arrays.copyOf(doubled, 50));
    assertArrayEquals(half.mean(), weighted.mean(), 1e-12);
    assertArrayEquals(half.covariance()[3], weighted.covariance()[3], 1e-12);
  }

  @Test
  void factorsCovariancesAndLeavesOutWhatHasNoVariance() {
    Gaussian gaussian = Gaussian.of(vectors(3, 5, 2));
    double[][] lower = Cholesky.of(gaussian.covariance()).lower();
    for (int j = 0; j < 5; j++) {
      for (int k = 0; k <= j; k++) {
        double product = 0;
        for (int m = 0; m <= k; m++) {
          product += lower[j][m] * lower[k][m];
        }
        assertEquals(gaussian.covariance()[j][k], product, 1e-9, j + " " + k);
      }
    }
    // Three vectors span two directions.
    assertTrue(lower[0][0] > 0 && lower[1][1] > 0);
    assertEquals(0, lower[2][2]);
    assertEquals(0, lower[4][4]);
  }

  @Test
  void solvesWhatItFactored() {
    double[][] s = Gaussian.of(vectors(30, 6, 3)).covariance();
    double[] wanted = {1, -2, 3, 0.5, 0, 4};
    double[] right = new double[6];
    for (int j = 0; j < 6; j++) {
      for (int k = 0; k < 6; k++) {
        right[j] += s[j][k] * wanted[k];
      }
    }
    Cholesky factor = Cholesky.of(s);
    assertArrayEquals(wanted, factor.solve(right), 1e-8);
    assertArrayEquals(right, factor.times(factor.forward(right)), 1e-9);
    assertEquals(
        StrictMath.log(6), Cholesky.of(new double[][] {{4, 2}, {2, 10}}).logDeterminant(), 1e-12);
  }

  /** Formulas (9) to (11) of the paper, with the matrices x_i x_i' written out. */
  @Test
  void shrinksAsLedoitAndWolfDo() {
    for (int n : new int[] {3, 8, 40}) {
      double[][] x = vectors(n, 5, n);
      Gaussian gaussian = Gaussian.of(x);
      double[][] s = gaussian.covariance();
      double m = gaussian.totalVariance() / 5;
      double d2 = 0;
      double b2 = 0;
      for (int j = 0; j < 5; j++) {
        for (int k = 0; k < 5; k++) {
          double target = j == k ? m : 0;
          d2 += (s[j][k] - target) * (s[j][k] - target);
          for (double[] row : x) {
            double own = (row[j] - gaussian.mean()[j]) * (row[k] - gaussian.mean()[k]);
            b2 += (own - s[j][k]) * (own - s[j][k]) / ((double) n * n);
          }
        }
      }
      double lambda = Math.min(b2, d2) / d2;
      Gaussian shrunk = gaussian.shrunk(x);
      assertEquals((1 - lambda) * s[1][0], shrunk.covariance()[1][0], 1e-10);
      assertEquals((1 - lambda) * s[2][2] + lambda * m, shrunk.covariance()[2][2], 1e-10);
      assertEquals(gaussian.totalVariance(), shrunk.totalVariance(), 1e-10);
    }
  }

  @Test
  void drawsFromItsDistribution() {
    Gaussian gaussian = new Gaussian(new double[] {1, -2}, new double[][] {{4, 1.5}, {1.5, 1}});
    RandomStream random = RandomStream.of(5, "draws");
    double[][] drawn = new double[20_000][];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = gaussian.sampler().draw(random);
    }
    Gaussian again = Gaussian.of(drawn);
    assertEquals(1, again.mean()[0], 0.06);
    assertEquals(-2, again.mean()[1], 0.03);
    assertEquals(4, again.covariance()[0][0], 0.16);
    assertEquals(1.5, again.covariance()[0][1], 0.08);
    assertEquals(1, again.covariance()[1][1], 0.04);
  }

  @Test
  void fitsAMixtureThatKeepsMeanAndCovariance() {
    double[][] x = vectors(300, 3, 6);
    for (int i = 0; i < x.length; i += 3) {
      x[i][0] += 9;
    }
    GaussianMixture mixture = GaussianMixture.fit(x, 4, 5, RandomStream.of(1, "fit"));
    Gaussian whole = Gaussian.of(x);
    double ridge = 1e-3 * whole.totalVariance() / 3;
    for (int j = 0; j < 3; j++) {
      double mean = 0;
      for (int c = 0; c < mixture.weights().length; c++) {
        mean += mixture.weights()[c] * mixture.components().get(c).mean()[j];
      }
      assertEquals(whole.mean()[j], mean, 1e-9);
      for (int k = 0; k < 3; k++) {
        double second = j == k ? -ridge : 0;
        for (int c = 0; c < mixture.weights().length; c++) {
          Gaussian component = mixture.components().get(c);
          second +=
              mixture.weights()[c]
                  * (component.covariance()[j][k]
                      + (component.mean()[j] - whole.mean()[j])
                          * (component.mean()[k] - whole.mean()[k]));
        }
        assertEquals(whole.covariance()[j][k], second, 1e-9);
      }
    }
  }

  @Test
  void findsClustersThatLieApart() {
    RandomStream random = RandomStream.of(8, "clusters");
    double[][] x = new double[400][2];
    for (int i = 0; i < x.length; i++) {
      x[i][0] = (i % 4 == 0 ? 10 : -10) + random.nextGaussian();
      x[i][1] = random.nextGaussian();
    }
    GaussianMixture mixture = GaussianMixture.fit(x, 2, 5, RandomStream.of(2, "fit"));
    int right = mixture.components().get(0).mean()[0] > 0 ? 0 : 1;
    assertEquals(0.25, mixture.weights()[right], 1e-6);
    assertEquals(10, mixture.components().get(right).mean()[0], 0.4);
    assertEquals(-10, mixture.components().get(1 - right).mean()[0], 0.3);
    assertEquals(1, mixture.components().get(1 - right).covariance()[0][0], 0.35);
    double sum = 0;
    RandomStream draws = RandomStream.of(3, "draws");
    for (int i = 0; i < 4000; i++) {
      sum += mixture.sampler().draw(draws)[0] > 0 ? 1 : 0;
    }
    assertEquals(0.25, sum / 4000, 0.03);
  }

  @Test
  void fitsVectorsThatAreAllTheSame() {
    double[][] same = {{1, 2}, {1, 2}, {1, 2}, {1, 2}};
    GaussianMixture mixture = GaussianMixture.fit(same, 3, 2, RandomStream.of(1, "fit"));
    assertArrayEquals(new double[] {1, 2}, mixture.sampler().draw(RandomStream.of(1, "d")), 1e-12);
  }
}
