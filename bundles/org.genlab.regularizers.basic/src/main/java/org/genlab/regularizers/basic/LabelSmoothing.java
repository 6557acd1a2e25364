package org.genlab.regularizers.basic;

import jakarta.inject.Inject;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.training.Regularizer;
import org.genlab.tensor.Tensor;

/**
 * Label smoothing: the class k of an example is taught as the distribution (1 - epsilon) one-hot(k)
 * + epsilon / K (Szegedy et al., "Rethinking the Inception architecture", CVPR 2016, section 7).
 *
 * <p>Labels that are distributions already are mixed with the uniform distribution in the same way.
 * Acts on training batches only, so reported losses are those of the plain labels.
 */
@Plugin(
    kind = Kind.REGULARIZER,
    id = "label-smoothing",
    version = "1.0.0",
    summary = "Mixes the taught labels with the uniform distribution",
    source = "Szegedy et al. 2016, section 7")
public final class LabelSmoothing implements Regularizer {
  /**
   * The settings.
   *
   * @param epsilon the share of the uniform distribution
   */
  public record Settings(
      @Default("0.1") @Range(min = 0, max = 1) @Doc("share epsilon of the uniform distribution")
          double epsilon) {}

  private final double epsilon;
  private final int classes;

  @Inject
  public LabelSmoothing(Settings settings, Dataset dataset) {
    epsilon = settings.epsilon();
    TargetSpec target = dataset.spec().target();
    if (target instanceof TargetSpec.Classes one) {
      classes = one.count();
    } else if (target instanceof TargetSpec.ClassPerPosition many) {
      classes = many.count();
    } else {
      throw new IllegalArgumentException(
          "label-smoothing needs targets that are classes, and the dataset has " + target);
    }
  }

  @Override
  public Batch augment(Batch batch, Context context) {
    double off = epsilon / classes;
    if (batch.isInts(Batch.TARGET)) {
      return batch.with(Batch.TARGET, OneHot.of(batch.labels(), classes, 1 - epsilon + off, off));
    }
    Tensor soft = batch.reals(Batch.TARGET);
    Tensor mass = soft.sum(true, -1);
    return batch.with(Batch.TARGET, soft.times(1 - epsilon).plus(mass.times(off)));
  }
}
