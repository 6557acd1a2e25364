package org.genlab.regularizers.basic;

import jakarta.inject.Inject;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Output;
import org.genlab.api.training.Regularizer;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;

/**
 * The cross-entropy of the predicted with the taught distribution over classes, as a data term:
 * -sum_k q_k log softmax(logits)_k, in nats.
 *
 * <p>Targets are classes, [batch] (then q is one-hot), or distributions, [batch, classes]. With one
 * class a position, [batch, length] or [batch, length, classes], an example's term is the mean over
 * its positions that count: those whose class is not negative, or whose distribution is not zero; 0
 * when none does.
 */
@Plugin(
    kind = Kind.REGULARIZER,
    id = "cross-entropy",
    version = "1.0.0",
    summary = "Cross-entropy of the logits with classes or soft labels")
public final class CrossEntropy implements Regularizer {
  @Inject
  public CrossEntropy() {}

  @Override
  public Optional<Tensor> perExample(Output output, Batch batch) {
    Tensor logits = output.logits();
    boolean hard = batch.isInts(Batch.TARGET);
    if (logits.rank() == 2) {
      return Optional.of(
          hard
              ? logits.crossEntropy(batch.labels())
              : logits.crossEntropy(batch.reals(Batch.TARGET)));
    }
    int examples = logits.dimension(0);
    int length = logits.dimension(1);
    int classes = logits.dimension(2);
    Tensor rows = logits.reshape(examples * length, classes);
    Tensor perPosition;
    Tensor share;
    if (hard) {
      int[] labels = batch.labels().toArray();
      perPosition = rows.crossEntropy(IntTensor.of(labels, labels.length));
      share = shares(examples, length, i -> labels[i] >= 0);
    } else {
      Tensor soft = batch.reals(Batch.TARGET).reshape(examples * length, classes);
      float[] mass = soft.sum(false, 1).toArray();
      perPosition = rows.crossEntropy(soft);
      share = shares(examples, length, i -> mass[i] > 0);
    }
    return Optional.of(perPosition.reshape(examples, length).times(share).sum(false, 1));
  }

  /** For each position that counts, one over the number of those of its example; else 0. */
  private static Tensor shares(int examples, int length, IntPredicate positionCounts) {
    float[] shares = new float[examples * length];
    for (int e = 0; e < examples; e++) {
      int count = 0;
      for (int i = e * length; i < (e + 1) * length; i++) {
        count += positionCounts.test(i) ? 1 : 0;
      }
      for (int i = e * length; i < (e + 1) * length; i++) {
        shares[i] = positionCounts.test(i) ? 1f / count : 0;
      }
    }
    return Tensor.of(shares, examples, length);
  }
}
