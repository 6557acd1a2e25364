package org.genlab.api.training;

import java.util.Optional;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Forward.Site;
import org.genlab.api.model.Output;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Whatever changes the objective. The objective of a run is the composition of its regularizers in
 * the order of the experiment file:
 *
 * <pre>
 *   batch    = augment_k(... augment_1(minibatch))
 *   output   = network(parameters, batch), each named feature passed through feature_1 ... feature_k
 *   data     = sum of perExample_i(output, batch)                   one number an example
 *   loss     = reduce(data) + sum of penalty_i
 *   update   = update_k(... update_1(what the optimizer did))
 * </pre>
 *
 * <p>Unless a regularizer reduces, the data term is reduced to its mean over the examples, each
 * counted by its {@link org.genlab.api.data.Annotation#WEIGHT} where the batch has that column;
 * with a class for each position, to the mean over all positions that count.
 *
 * <p>A regularizer overrides the hooks it needs, usually one.
 *
 * <p>An optimizer may evaluate the objective several times within a step (SAM does so twice). What
 * a regularizer puts into its {@link org.genlab.api.Slots} during a step can be read from the next
 * step on, and the first evaluation's values count: so every evaluation of a step sees the same
 * objective.
 */
@ConsumerType
public interface Regularizer {
  /** Changes the minibatch: augmentation, mixup, smoothed labels. Training only. */
  default Batch augment(Batch batch, Context context) {
    return batch;
  }

  /** Changes a named feature on its way through the network: dropout, noise. Training only. */
  default Tensor feature(String name, Site site, Tensor value, Context context) {
    return value;
  }

  /**
   * A data term, [batch]: cross-entropy, squared error. Also evaluated outside training, where it
   * gives the reported loss.
   */
  default Optional<Tensor> perExample(Output output, Batch batch) {
    return Optional.empty();
  }

  /**
   * Reduces the data term to a scalar: group weights, a worst case, a trimmed mean. At most one
   * regularizer of an experiment may do so.
   */
  default Optional<Tensor> reduce(Tensor perExample, Batch batch, Context context) {
    return Optional.empty();
  }

  /** A scalar added to the loss: a norm of the parameters, a gradient penalty, a distance. */
  default Optional<Tensor> penalty(Pass pass, Context context) {
    return Optional.empty();
  }

  /** Changes what the optimizer did: noise on the update, a projection, a mask. */
  default Parameters update(Parameters before, Parameters after, Context context) {
    return after;
  }

  /** What a regularizer may know of the step. */
  @ProviderType
  interface Context {
    /** The number of this step; the first is 0. */
    long step();

    /** The number of steps planned. */
    long totalSteps();

    /** Random numbers of this step, the same for each evaluation within it. */
    RandomStream random(String name);
  }

  /** A pass through the network on a minibatch, as a penalty sees it. */
  @ProviderType
  interface Pass {
    /** Where the loss is evaluated; tracked when the loss is to be differentiated. */
    Parameters parameters();

    /** The values before the first step of the run. */
    Parameters initialParameters();

    Batch batch();

    Output output();

    /** The data term, [batch]. */
    Tensor perExample();

    /** The data term of other predictions for the same batch, [batch]: IRM scales the logits. */
    Tensor perExample(Output other);

    /** Evaluates the network on another batch, at {@link #parameters()}, with the same hooks. */
    Output evaluate(Batch other);
  }
}
