package org.genlab.api.training;

import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Tensor;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The objective on one minibatch as a function of the parameters. It may be evaluated as often as a
 * method needs within a step, at any point; each evaluation sees the same examples and the same
 * random numbers (dropout masks, mixing weights).
 */
@ProviderType
public interface LossFunction {
  /** The loss and its gradient. */
  record Evaluation(float loss, Tensor gradient) {}

  /**
   * Loss and gradient at a point. The fast path: most optimizers need nothing else.
   *
   * @return the gradient has the shape of {@code at.flat()} and is not tracked
   */
  Evaluation evaluate(Parameters at);

  /**
   * The loss as a scalar tensor. When {@code at} is tracked, the result can be differentiated, any
   * number of times: Hessian-vector products, gradient penalties, updates through updates.
   */
  Tensor value(Parameters at);

  /** The data term of each example, [batch], before it is reduced; differentiable. */
  Tensor perExample(Parameters at);

  /**
   * The gradient of each example's data term, [batch, parameters]; not tracked. One pass where the
   * operations of the network keep the examples apart (see {@code Gradients.perExample}), else a
   * backward pass an example.
   */
  Tensor perExampleGradients(Parameters at);

  /** The examples, after the regularizers that act on batches. */
  Batch batch();

  /** The same objective on other examples. */
  LossFunction on(Batch other);

  /**
   * The same objective on the examples of each value of an integer annotation (domain, group), in
   * ascending order of the value; values that do not occur in the batch are left out.
   */
  List<LossFunction> by(String annotation);

  /**
   * A loss that a method composes itself, from other losses or from features: a meta-objective, a
   * distillation loss, a contrastive loss.
   *
   * @param value the scalar loss as a function of the parameters; must be differentiable
   * @param batch the examples it is about; the loss cannot be moved to others or taken apart
   */
  static LossFunction of(Function<Parameters, Tensor> value, Batch batch) {
    return new ComposedLoss(value, batch);
  }

  /**
   * The loss at a displaced point: {@code theta -> loss(move(theta))}, its gradient taken there.
   */
  default LossFunction displaced(UnaryOperator<Parameters> move) {
    return new DisplacedLoss(this, move);
  }

  /**
   * The loss of parameters that are a function of others, {@code theta -> loss(map(theta))}, whose
   * gradient is that of the whole by the chain rule: masks of pruned weights, low-rank updates,
   * training in a subspace. In contrast, {@link #displaced} takes the gradient at the mapped point.
   *
   * @param map differentiable; must compute with operations of tensors
   */
  default LossFunction reparameterized(UnaryOperator<Parameters> map) {
    return new ReparameterizedLoss(this, map);
  }
}
