package org.genlab.datasets.text;

import java.util.Arrays;
import org.genlab.tensor.random.RandomStream;

/** The law of a Markov chain: P(next | context) for each context. Immutable. */
final class BigramTable {
  private final double[][] probabilities;
  private final double[][] cumulative;
  private final double[] entropies;

  /**
   * @param probabilities a row for each context, which adds up to 1
   */
  BigramTable(double[][] probabilities) {
    int n = probabilities.length;
    this.probabilities = probabilities;
    cumulative = new double[n][n];
    entropies = new double[n];
    for (int context = 0; context < n; context++) {
      double sum = 0;
      for (int token = 0; token < n; token++) {
        sum += probabilities[context][token];
        cumulative[context][token] = sum;
      }
      entropies[context] = Lexicon.entropy(probabilities[context]);
    }
  }

  /** softmax(scale U V' / sqrt(rank)), row by row, with standard normal U and V. */
  static BigramTable lowRank(int vocabulary, int rank, double scale, RandomStream random) {
    double[][] u = normal(vocabulary, rank, random);
    double[][] v = normal(vocabulary, rank, random);
    double[][] table = new double[vocabulary][vocabulary];
    for (int context = 0; context < vocabulary; context++) {
      double sum = 0;
      for (int token = 0; token < vocabulary; token++) {
        double z = 0;
        for (int r = 0; r < rank; r++) {
          z += u[context][r] * v[token][r];
        }
        table[context][token] = StrictMath.exp(scale * z / Math.sqrt(rank));
        sum += table[context][token];
      }
      for (int token = 0; token < vocabulary; token++) {
        table[context][token] /= sum;
      }
    }
    return new BigramTable(table);
  }

  private static double[][] normal(int rows, int columns, RandomStream random) {
    double[][] values = new double[rows][columns];
    for (double[] row : values) {
      Arrays.setAll(row, i -> random.nextGaussian());
    }
    return values;
  }

  int vocabulary() {
    return probabilities.length;
  }

  double probability(int context, int next) {
    return probabilities[context][next];
  }

  /** H(next | context) in nats. */
  double entropy(int context) {
    return entropies[context];
  }

  int draw(int context, RandomStream random) {
    int found = Arrays.binarySearch(cumulative[context], random.nextDouble());
    int next = found >= 0 ? found + 1 : -found - 1;
    return Math.min(next, vocabulary() - 1);
  }

  /** The mean of H(next | context) over the transitions of a chain that starts uniformly. */
  double meanEntropy(int length) {
    int n = vocabulary();
    double[] occupied = new double[n];
    Arrays.fill(occupied, 1.0 / n);
    double sum = 0;
    for (int step = 0; step < length; step++) {
      double[] after = new double[n];
      for (int context = 0; context < n; context++) {
        sum += occupied[context] * entropies[context];
        for (int token = 0; step < length - 1 && token < n; token++) {
          after[token] += occupied[context] * probabilities[context][token];
        }
      }
      occupied = after;
    }
    return sum / length;
  }
}
