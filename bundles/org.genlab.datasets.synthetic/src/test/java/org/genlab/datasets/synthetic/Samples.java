package org.genlab.datasets.synthetic;

import org.genlab.api.Randomness;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;
import org.genlab.tensor.random.RandomStream;

/** What several tests read of splits. */
final class Samples {
  private Samples() {}

  static Randomness seed(long seed) {
    return (name, counters) -> RandomStream.of(seed, name, counters);
  }

  static Batch all(Split split) {
    return split.range(0, split.size());
  }

  /** The mean of a column's products x_i y_j over the examples, [width, width]. */
  static double[][] secondMoments(Batch batch) {
    int d = batch.input().dimension(1);
    float[] x = batch.input().toArray();
    double[][] moments = new double[d][d];
    for (int n = 0; n < batch.size(); n++) {
      for (int i = 0; i < d; i++) {
        for (int j = 0; j < d; j++) {
          moments[i][j] += (double) x[n * d + i] * x[n * d + j] / batch.size();
        }
      }
    }
    return moments;
  }

  static double[] mean(Batch batch) {
    int d = batch.input().dimension(1);
    float[] x = batch.input().toArray();
    double[] mean = new double[d];
    for (int i = 0; i < x.length; i++) {
      mean[i % d] += (double) x[i] / batch.size();
    }
    return mean;
  }
}
