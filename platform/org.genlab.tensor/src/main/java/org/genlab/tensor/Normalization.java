package org.genlab.tensor;

/**
 * Normalisation of activations to mean 0 and variance 1, then {@code scale} and {@code shift} per
 * channel. Which numbers share a mean and a variance is what the kinds differ in. Channels are
 * last; the axes between the batch and the channels are positions. All are differentiable to any
 * order, through the statistics too.
 *
 * <p>The variance is divided by the number of numbers (not by one less), and is 0 of one number.
 * {@link Tensor#layerNorm} normalises each position over its channels.
 *
 * <p>Messages about what does not fit name the operation and the shapes.
 */
public final class Normalization {
  private Normalization() {}

  /**
   * A normalised batch and the statistics that it was normalised with, of which a layer keeps
   * running averages.
   *
   * @param output of the input's shape
   * @param mean [channels], or [groups, channels] of ghost batches; not tracked
   * @param variance likewise; times n / (n - 1) for an unbiased estimate from n numbers
   */
  public record Result(Tensor output, Tensor mean, Tensor variance) {}

  /**
   * Batch normalisation in training: each channel is normalised over the batch and the positions
   * (Ioffe and Szegedy, "Batch normalization", 2015, Algorithm 1).
   *
   * @param x [batch, ..., channels], of at least 2 dimensions
   * @param scale [channels]
   * @param shift [channels]
   * @param epsilon added to the variance, not negative
   * @throws IllegalArgumentException when the shapes do not fit, epsilon is negative or NaN, or a
   *     channel has no numbers
   */
  public static Result batch(Tensor x, Tensor scale, Tensor shift, double epsilon) {
    return NormalizationOps.apply("Normalization.batch", x, 1, scale, shift, epsilon, false);
  }

  /**
   * Batch normalisation followed by the rectifier: {@code batch(...).output().relu()} in fewer
   * passes over memory.
   *
   * @see #batch for shapes and errors
   */
  public static Result batchRelu(Tensor x, Tensor scale, Tensor shift, double epsilon) {
    return NormalizationOps.apply("Normalization.batchRelu", x, 1, scale, shift, epsilon, true);
  }

  /**
   * Batch normalisation with given statistics, as in evaluation: {@code (x - mean) / sqrt(variance
   * + epsilon) scale + shift}. Gradients flow to the statistics, too, when they are tracked.
   *
   * @param x [batch, ..., channels], of at least 2 dimensions
   * @param mean [channels]
   * @param variance [channels]
   * @param scale [channels]
   * @param shift [channels]
   * @param epsilon added to the variance, not negative
   * @return of the shape of x
   * @throws IllegalArgumentException when the shapes do not fit, or epsilon is negative or NaN
   */
  public static Tensor inference(
      Tensor x, Tensor mean, Tensor variance, Tensor scale, Tensor shift, double epsilon) {
    return NormalizationOps.inference(x, mean, variance, scale, shift, epsilon);
  }

  /**
   * Ghost batch normalisation: batch normalisation of each of several equal parts of the batch
   * (Hoffer, Hubara and Soudry, "Train longer, generalize better", 2017, Algorithm 1).
   *
   * @param x [batch, ..., channels], of at least 2 dimensions
   * @param groups how many parts of successive examples; divides the batch
   * @param scale [channels]
   * @param shift [channels]
   * @param epsilon added to the variance, not negative
   * @throws IllegalArgumentException when the shapes do not fit, the groups do not divide the
   *     batch, epsilon is negative or NaN, or a channel has no numbers
   */
  public static Result ghostBatch(
      Tensor x, int groups, Tensor scale, Tensor shift, double epsilon) {
    return NormalizationOps.apply(
        "Normalization.ghostBatch", x, groups, scale, shift, epsilon, false);
  }

  /**
   * Instance normalisation: each channel of each example is normalised over the positions (Ulyanov,
   * Vedaldi and Lempitsky, "Instance normalization", 2016, equation 2).
   *
   * @param x [batch, ..., channels], of at least 2 dimensions
   * @param scale [channels]
   * @param shift [channels]
   * @param epsilon added to the variance, not negative
   * @return of the shape of x
   * @throws IllegalArgumentException when the shapes do not fit, epsilon is negative or NaN, or
   *     there are examples without positions
   */
  public static Tensor instance(Tensor x, Tensor scale, Tensor shift, double epsilon) {
    int batch = x.rank() < 2 ? 1 : x.dimension(0);
    if (x.size() == 0 && batch == 0) {
      NormalizationOps.check("Normalization.instance", x, scale, shift);
      return x;
    }
    return NormalizationOps.apply("Normalization.instance", x, batch, scale, shift, epsilon, false)
        .output();
  }

  /**
   * Group normalisation: each group of channels of each example is normalised over its channels and
   * the positions (Wu and He, "Group normalization", 2018, equations 1 to 6).
   *
   * @param x [batch, ..., channels], of at least 2 dimensions
   * @param groups how many groups of neighbouring channels; divides their number
   * @param scale [channels]
   * @param shift [channels]
   * @param epsilon added to the variance, not negative
   * @return of the shape of x
   * @throws IllegalArgumentException when the shapes do not fit, the groups do not divide the
   *     channels, or epsilon is negative or NaN
   */
  public static Tensor group(Tensor x, int groups, Tensor scale, Tensor shift, double epsilon) {
    return NormalizationOps.group(x, groups, scale, shift, epsilon);
  }
}
