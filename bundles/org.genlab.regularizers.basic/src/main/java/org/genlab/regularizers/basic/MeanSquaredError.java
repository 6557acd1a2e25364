package org.genlab.regularizers.basic;

import jakarta.inject.Inject;
import java.util.Optional;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Output;
import org.genlab.api.training.Regularizer;
import org.genlab.tensor.Tensor;

/**
 * The squared error of an example, as a data term: the mean (or sum) of (output - target)^2 over
 * its values. Classes are compared as one-hot vectors.
 */
@Plugin(
    kind = Kind.REGULARIZER,
    id = "mse",
    version = "1.0.0",
    summary = "Squared error of the outputs with real targets or one-hot classes")
public final class MeanSquaredError implements Regularizer {
  /** How the values of an example are put together. */
  public enum Over {
    MEAN,
    SUM
  }

  /**
   * The settings.
   *
   * @param over how the squared errors of an example's values are put together
   */
  public record Settings(
      @Default("mean") @Doc("how the values of an example are put together: mean or sum")
          Over over) {}

  private final Settings settings;

  @Inject
  public MeanSquaredError(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Optional<Tensor> perExample(Output output, Batch batch) {
    Tensor predicted = output.logits();
    Tensor target =
        batch.isInts(Batch.TARGET)
            ? OneHot.of(batch.labels(), predicted.dimension(-1), 1, 0)
            : batch.reals(Batch.TARGET);
    if (!predicted.shape().equals(target.shape())) {
      throw new IllegalArgumentException(
          "the network puts out " + predicted.shape() + " where the targets are " + target.shape());
    }
    Tensor squares = predicted.minus(target).square().reshape(batch.size(), -1);
    return Optional.of(
        settings.over() == Over.MEAN ? squares.mean(false, 1) : squares.sum(false, 1));
  }
}
