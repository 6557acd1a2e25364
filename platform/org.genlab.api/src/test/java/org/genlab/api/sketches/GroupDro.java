package org.genlab.api.sketches;

import java.util.Optional;
import org.genlab.api.Slots;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.training.Regularizer;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;

/** Distributionally robust loss over groups (Sagawa et al. 2020, algorithm 1). */
record GroupDro(int groups, double eta, Slots slots) implements Regularizer {
  @Override
  public Optional<Tensor> reduce(Tensor perExample, Batch batch, Context context) {
    IntTensor group = batch.ints(Annotation.GROUP);
    float[] share = new float[groups * batch.size()];
    int[] count = new int[groups];
    for (int i = 0; i < batch.size(); i++) {
      count[group.at(i)]++;
    }
    for (int i = 0; i < batch.size(); i++) {
      share[group.at(i) * batch.size() + i] = 1f / count[group.at(i)];
    }
    // Mean loss of each group, [groups, 1]; a group that is not in the batch has 0.
    Tensor losses =
        Tensor.of(share, groups, batch.size()).matmul(perExample.reshape(batch.size(), 1));
    Tensor q = slots.array("q").orElseGet(() -> Tensor.full(1.0 / groups, groups, 1));
    Tensor raised = q.times(losses.detach().times(eta).exp());
    Tensor next = raised.dividedBy(raised.sum());
    slots.put("q", next);
    return Optional.of(next.times(losses).sum());
  }
}
