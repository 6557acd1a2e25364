package org.genlab.datasets.wrappers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.genlab.tensor.random.RandomStream;

/**
 * A mixture of normal distributions with full covariances, fitted by expectation maximisation
 * (Dempster, Laird and Rubin 1977). But for a small ridge, its mean and covariance are exactly
 * those of the vectors it was fitted to, as after any maximisation step; what it adds to a single
 * normal distribution is of higher order.
 *
 * @param weights pi_c, which sum to 1
 * @param components N(m_c, S_c)
 */
record GaussianMixture(double[] weights, List<Gaussian> components) {
  /** Part of the average variance that each component's variances are raised by. */
  private static final double RIDGE = 1e-3;

  /**
   * Fits a mixture. Components start where k-means++ seeds them (Arthur and Vassilvitskii 2007).
   *
   * @param vectors [n][d], at least one
   * @param components how many at most; each needs twice as many vectors as there are dimensions
   * @param iterations of expectation and maximisation
   */
  static GaussianMixture fit(
      double[][] vectors, int components, int iterations, RandomStream random) {
    int count = Math.max(1, Math.min(components, vectors.length / (2 * vectors[0].length)));
    Gaussian whole = Gaussian.of(vectors);
    double ridge = RIDGE * whole.totalVariance() / whole.dimensions();
    double[][] responsibilities = nearest(vectors, seeds(vectors, count, random));
    GaussianMixture mixture = maximise(vectors, responsibilities, ridge);
    for (int i = 0; i < iterations; i++) {
      mixture = maximise(vectors, mixture.responsibilities(vectors), ridge);
    }
    return mixture;
  }

  private static double squaredDistance(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += (a[j] - b[j]) * (a[j] - b[j]);
    }
    return sum;
  }

  /** Each next seed is a vector drawn with probability proportional to its squared distance. */
  private static double[][] seeds(double[][] vectors, int count, RandomStream random) {
    int n = vectors.length;
    double[][] seeds = new double[count][];
    double[] distances = new double[n];
    Arrays.fill(distances, Double.POSITIVE_INFINITY);
    seeds[0] = vectors[random.nextInt(n)];
    for (int c = 1; c < count; c++) {
      double total = 0;
      for (int i = 0; i < n; i++) {
        distances[i] = Math.min(distances[i], squaredDistance(vectors[i], seeds[c - 1]));
        total += distances[i];
      }
      double target = random.nextDouble() * total;
      int chosen = 0;
      for (double sum = distances[0]; chosen < n - 1 && sum <= target; sum += distances[chosen]) {
        chosen++;
      }
      seeds[c] = vectors[chosen];
    }
    return seeds;
  }

  private static double[][] nearest(double[][] vectors, double[][] seeds) {
    double[][] responsibilities = new double[seeds.length][vectors.length];
    for (int i = 0; i < vectors.length; i++) {
      int best = 0;
      for (int c = 1; c < seeds.length; c++) {
        if (squaredDistance(vectors[i], seeds[c]) < squaredDistance(vectors[i], seeds[best])) {
          best = c;
        }
      }
      responsibilities[best][i] = 1;
    }
    return responsibilities;
  }

  /** r_ci proportional to pi_c N(x_i; m_c, S_c), [components][n]. */
  private double[][] responsibilities(double[][] vectors) {
    int count = weights.length;
    double[][] logs = new double[count][vectors.length];
    for (int c = 0; c < count; c++) {
      Gaussian component = components.get(c);
      Cholesky factor = Cholesky.of(component.covariance());
      double constant = StrictMath.log(weights[c]) - factor.logDeterminant();
      double[] centred = new double[component.dimensions()];
      for (int i = 0; i < vectors.length; i++) {
        for (int j = 0; j < centred.length; j++) {
          centred[j] = vectors[i][j] - component.mean()[j];
        }
        double[] white = factor.forward(centred);
        double square = 0;
        for (double value : white) {
          square += value * value;
        }
        logs[c][i] = constant - square / 2;
      }
    }
    for (int i = 0; i < vectors.length; i++) {
      double largest = Double.NEGATIVE_INFINITY;
      for (double[] row : logs) {
        largest = Math.max(largest, row[i]);
      }
      double sum = 0;
      for (double[] row : logs) {
        row[i] = StrictMath.exp(row[i] - largest);
        sum += row[i];
      }
      for (double[] row : logs) {
        row[i] /= sum;
      }
    }
    return logs;
  }

  /** The most likely mixture given the responsibilities; components without any are left out. */
  private static GaussianMixture maximise(
      double[][] vectors, double[][] responsibilities, double ridge) {
    List<Gaussian> components = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    for (double[] row : responsibilities) {
      double total = 0;
      for (double r : row) {
        total += r;
      }
      if (total > 0) {
        components.add(Gaussian.of(vectors, row).widened(ridge));
        weights.add(total / vectors.length);
      }
    }
    return new GaussianMixture(
        weights.stream().mapToDouble(Double::doubleValue).toArray(), List.copyOf(components));
  }

  /** This mixture ready to be drawn from. */
  Sampler sampler() {
    return new Sampler(weights, components.stream().map(Gaussian::sampler).toList());
  }

  /** Draws a component, then from it. */
  record Sampler(double[] weights, List<Gaussian.Sampler> components) {
    double[] draw(RandomStream random) {
      double u = random.nextDouble();
      int c = 0;
      for (double below = weights[0]; c < weights.length - 1 && u >= below; below += weights[c]) {
        c++;
      }
      return components.get(c).draw(random);
    }
  }
}
