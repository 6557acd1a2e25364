package org.genlab.tck.internal;

import jakarta.inject.Inject;
import java.util.Optional;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Output;
import org.genlab.api.training.Regularizer;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;

/** Cross-entropy for classes, squared error for real targets of the outputs' shape. */
@Plugin(
    kind = Kind.REGULARIZER,
    id = KitLoss.ID,
    version = "1.0.0",
    summary = "A loss for any targets, for tests of other plugins")
public final class KitLoss implements Regularizer {
  static final String ID = "tck-loss";

  @Inject
  public KitLoss() {}

  @Override
  public Optional<Tensor> perExample(Output output, Batch batch) {
    Tensor logits = output.logits();
    int examples = batch.size();
    if (!batch.has(Batch.TARGET)) {
      return Optional.of(rowMeans(logits.square(), examples));
    }
    if (!batch.isInts(Batch.TARGET)) {
      Tensor targets = batch.reals(Batch.TARGET);
      return Optional.of(
          rowMeans(logits.minus(targets.reshape(logits.shape())).square(), examples));
    }
    IntTensor labels = batch.labels();
    if (logits.rank() == 2) {
      return Optional.of(logits.crossEntropy(labels));
    }
    int rows = labels.size();
    Tensor each =
        logits
            .reshape(rows, logits.dimension(-1))
            .crossEntropy(labels.reshape(rows))
            .reshape(examples, logits.dimension(1));
    return Optional.of(each.mean(false, 1));
  }

  private static Tensor rowMeans(Tensor values, int examples) {
    return values.reshape(examples, values.size() / Math.max(1, examples)).mean(false, 1);
  }
}
