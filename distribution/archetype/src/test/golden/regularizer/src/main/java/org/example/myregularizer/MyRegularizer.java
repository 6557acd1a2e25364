package org.example.myregularizer;

import jakarta.inject.Inject;
import java.util.Optional;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.training.Regularizer;
import org.genlab.tensor.Tensor;

/**
 * The confidence penalty of Pereyra et al. (arXiv:1701.06548, equation 2): the loss falls with the
 * entropy of the predictions,
 *
 * <pre>
 *   loss - beta mean H(p),  H(p) = - sum p log p
 * </pre>
 */
@Plugin(
    kind = Kind.REGULARIZER,
    id = "my-regularizer",
    version = "1.0.0",
    summary = "Rewards predictions for their entropy",
    source = "arXiv:1701.06548, equation 2")
public final class MyRegularizer implements Regularizer {
  /**
   * The settings.
   *
   * @param beta the strength
   */
  public record Settings(
      @Default("0.1") @Range(min = 0) @Doc("the strength beta; 0 for none") double beta) {}

  private final Settings settings;

  @Inject
  public MyRegularizer(Settings settings, Dataset dataset) {
    this.settings = settings;
    TargetSpec target = dataset.spec().target();
    if (!(target instanceof TargetSpec.Classes)
        && !(target instanceof TargetSpec.ClassPerPosition)) {
      throw new IllegalArgumentException(
          "my-regularizer needs targets that are classes, and the dataset has " + target);
    }
  }

  @Override
  public Optional<Tensor> penalty(Pass pass, Context context) {
    Tensor logProbabilities = pass.output().logits().logSoftmax();
    Tensor negativeEntropy = logProbabilities.exp().times(logProbabilities).sum(false, -1);
    return Optional.of(negativeEntropy.mean().times(settings.beta()));
  }
}
