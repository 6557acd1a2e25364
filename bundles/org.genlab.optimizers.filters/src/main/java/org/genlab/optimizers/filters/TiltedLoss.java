package org.genlab.optimizers.filters;

import java.util.List;
import java.util.Optional;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.tensor.Tensor;

/**
 * A loss with a linear term, L(theta) + s' (theta - theta_0): its gradient is that of the loss plus
 * the slope s, everywhere; its value at theta_0 is the loss.
 *
 * @param loss L
 * @param slope s, of the shape of the parameters' values; none when there is no linear term
 * @param tilts whether there is a linear term at this step or will be at a later one
 * @param origin theta_0
 * @param known loss and gradient of L at theta_0, when they need not be computed again
 */
record TiltedLoss(
    LossFunction loss,
    Optional<Tensor> slope,
    boolean tilts,
    Parameters origin,
    Optional<Evaluation> known)
    implements LossFunction {
  @Override
  public Evaluation evaluate(Parameters at) {
    boolean here = known.isPresent() && at.flat() == origin.flat();
    Evaluation plain = here ? known.get() : loss.evaluate(at);
    if (slope.isEmpty()) {
      return plain;
    }
    float value = here ? plain.loss() : plain.loss() + tilt(at, slope.get()).item();
    return new Evaluation(value, plain.gradient().plus(slope.get()));
  }

  private Tensor tilt(Parameters at, Tensor s) {
    return at.flat().minus(origin.flat()).dot(s);
  }

  @Override
  public Tensor value(Parameters at) {
    Tensor plain = loss.value(at);
    return slope.map(s -> plain.plus(tilt(at, s))).orElse(plain);
  }

  /** The data terms, none of which the linear term is. */
  @Override
  public Tensor perExample(Parameters at) {
    return loss.perExample(at);
  }

  /**
   * Those of the loss; refused when it tilts, as what is made of them would not have the linear
   * term.
   *
   * @throws IllegalArgumentException when there is a linear term at this step or a later one
   */
  @Override
  public Tensor perExampleGradients(Parameters at) {
    if (!tilts) {
      return loss.perExampleGradients(at);
    }
    throw new IllegalArgumentException(
        "grokfast amplifies the gradient of a whole minibatch, and the optimizer it wraps reads the"
            + " gradients of single examples instead, which it would leave as they are; wrap"
            + " another optimizer, or set lambda to 0");
  }

  @Override
  public Batch batch() {
    return loss.batch();
  }

  @Override
  public LossFunction on(Batch other) {
    return tilted(loss.on(other));
  }

  @Override
  public List<LossFunction> by(String annotation) {
    return loss.by(annotation).stream().map(this::tilted).toList();
  }

  private LossFunction tilted(LossFunction other) {
    return new TiltedLoss(other, slope, tilts, origin, Optional.empty());
  }
}
