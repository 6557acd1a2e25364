package org.genlab.metrics.geometry;

import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** Points of the space of inputs at which a network is examined. */
final class Probes {
  private Probes() {}

  /**
   * Refuses data that are not real inputs with classes of at least two kinds.
   *
   * @throws IllegalArgumentException that names the metric
   */
  static void checkClassifiesReals(String metric, Dataset dataset) {
    if (!(dataset.spec().input() instanceof InputSpec.Values)
        || !(dataset.spec().target() instanceof TargetSpec.Classes classes)
        || classes.count() < 2) {
      throw new IllegalArgumentException(
          metric
              + " needs real inputs and one of several classes an example, and the dataset has "
              + dataset.spec());
    }
  }

  /** Points drawn uniformly between the smallest and the largest input of a split. */
  static Tensor uniform(Snapshot snapshot, Split split, int count, RandomStream random) {
    Tensor inputs = snapshot.predictions(split).examples().input();
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float x : inputs.toArray()) {
      low = Math.min(low, x);
      high = Math.max(high, x);
    }
    int[] shape = inputs.shape().toArray();
    shape[0] = count;
    return Tensor.uniform(random, low, high, shape);
  }
}
