package org.genlab.api.sketches;

import org.genlab.api.data.Batch;
import org.genlab.api.training.Regularizer;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * Convex combinations of examples and of their soft labels (Zhang et al. 2018, eq. 1), alpha = 1.
 */
record Mixup(int classes) implements Regularizer {
  @Override
  public Batch augment(Batch batch, Context context) {
    RandomStream random = context.random("mixup");
    double lambda = random.nextDouble();
    Batch partner = batch.select(random.permutation(batch.size()));
    return batch
        .with(Batch.INPUT, mix(batch.input(), partner.input(), lambda))
        .with(Batch.TARGET, mix(soft(batch), soft(partner), lambda));
  }

  private static Tensor mix(Tensor a, Tensor b, double lambda) {
    return a.times(lambda).plus(b.times(1 - lambda));
  }

  private Tensor soft(Batch batch) {
    float[] p = new float[batch.size() * classes];
    for (int i = 0; i < batch.size(); i++) {
      p[i * classes + batch.labels().at(i)] = 1;
    }
    return Tensor.of(p, batch.size(), classes);
  }
}
