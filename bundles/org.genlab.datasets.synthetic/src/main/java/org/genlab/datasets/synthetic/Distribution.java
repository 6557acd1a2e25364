package org.genlab.datasets.synthetic;

import java.util.Arrays;
import org.genlab.tensor.random.RandomStream;

/** A distribution over 0 ... n-1. */
final class Distribution implements Clusters.Choice {
  private final double[] cumulated;

  /**
   * @param weights what the probabilities are proportional to; not negative, not all 0
   */
  Distribution(double... weights) {
    cumulated = new double[weights.length];
    double sum = 0;
    for (int k = 0; k < weights.length; k++) {
      sum += weights[k];
      cumulated[k] = sum;
    }
  }

  static Distribution uniform(int n) {
    double[] weights = new double[n];
    Arrays.fill(weights, 1);
    return new Distribution(weights);
  }

  double probability(int k) {
    double below = k == 0 ? 0 : cumulated[k - 1];
    return (cumulated[k] - below) / cumulated[cumulated.length - 1];
  }

  int draw(RandomStream random) {
    double u = random.nextDouble() * cumulated[cumulated.length - 1];
    int low = 0;
    int high = cumulated.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (u < cumulated[middle]) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The same for each example. */
  @Override
  public int draw(RandomStream random, long example) {
    return draw(random);
  }
}
