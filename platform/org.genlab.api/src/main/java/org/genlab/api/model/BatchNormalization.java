package org.genlab.api.model;

import org.genlab.tensor.Normalization;
import org.genlab.tensor.Tensor;

/**
 * Batch normalisation as a layer of a network: the statistics of the batch in training, running
 * averages of them, kept as buffers, in evaluation (Ioffe and Szegedy, "Batch normalization", 2015,
 * Algorithms 1 and 2).
 *
 * <p>The buffers are called {@code name.mean} and {@code name.variance}; before the first step they
 * are 0 and 1. A training pass moves them: {@code running = (1 - momentum) running + momentum
 * batch}, where the variance of the batch is the unbiased estimate.
 *
 * @param momentum the weight of the newest batch in the running averages, in (0, 1]
 * @param epsilon added to variances, positive
 */
public record BatchNormalization(double momentum, double epsilon) {
  /** The usual constants: momentum 0.1, epsilon 1e-5. */
  public static final BatchNormalization USUAL = new BatchNormalization(0.1, 1e-5);

  /**
   * @throws IllegalArgumentException when the momentum or epsilon is out of its range
   */
  public BatchNormalization {
    if (!(momentum > 0 && momentum <= 1) || !(epsilon > 0)) {
      throw new IllegalArgumentException(
          "batch normalisation needs a momentum in (0, 1] and a positive epsilon, not "
              + momentum
              + " and "
              + epsilon);
    }
  }

  /**
   * Normalises each channel, then scales and shifts it.
   *
   * @param forward the pass; its mode chooses the statistics, its buffers keep them
   * @param name of this layer, unique in the network
   * @param x [batch, ..., channels]
   * @param scale [channels]
   * @param shift [channels]
   * @return of the shape of x
   */
  public Tensor apply(Forward forward, String name, Tensor x, Tensor scale, Tensor shift) {
    int channels = scale.size();
    Tensor mean = forward.buffer(name + ".mean").orElseGet(() -> Tensor.zeros(channels));
    Tensor variance = forward.buffer(name + ".variance").orElseGet(() -> Tensor.ones(channels));
    if (!forward.training()) {
      return Normalization.inference(x, mean, variance, scale, shift, epsilon);
    }
    Normalization.Result batch = Normalization.batch(x, scale, shift, epsilon);
    forward.updateBuffer(name + ".mean", towards(mean, batch.mean()));
    int numbers = x.size() / channels;
    // Of one number there is no estimate of the variance.
    if (numbers > 1) {
      Tensor unbiased = batch.variance().times(numbers / (numbers - 1.0));
      forward.updateBuffer(name + ".variance", towards(variance, unbiased));
    }
    return batch.output();
  }

  private Tensor towards(Tensor running, Tensor batch) {
    return running.times(1 - momentum).plus(batch.detach().times(momentum));
  }
}
