package org.genlab.api.training;

import java.util.Map;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.random.RandomStream;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A rule that moves parameters. Written as in a paper: a pure function from parameters, loss and
 * state to new parameters and new state. A wrapper such as SAM calls the optimizer it wraps with a
 * displaced loss.
 */
@ConsumerType
public interface Optimizer {
  /** The state before the first step. */
  State initial(Parameters parameters);

  /**
   * Makes one step. The values given are not written over, except by {@link
   * org.genlab.tensor.Elementwise#replace}, which does it where the caller has no more use for
   * them; an optimizer that uses it does not read the replaced values afterwards.
   *
   * @param parameters the current values, not tracked
   * @param loss the objective on this step's minibatch; may be evaluated any number of times
   * @param state what {@link #initial} or the previous step returned
   * @param context the step's number and randomness
   */
  Step step(Parameters parameters, LossFunction loss, State state, Context context);

  /**
   * The parameters that metrics see. An optimizer that trains at one point and answers with
   * another, such as a moving average, returns the latter.
   */
  default Parameters forEvaluation(Parameters parameters, State state) {
    return parameters;
  }

  /**
   * What a step results in.
   *
   * @param parameters the new values
   * @param state the new state
   * @param loss the loss at the old values
   * @param diagnostics numbers worth a curve, such as the learning rate or the gradient's norm
   */
  record Step(Parameters parameters, State state, float loss, Map<String, Double> diagnostics) {
    public Step {
      diagnostics = Map.copyOf(diagnostics);
    }

    public Step(Parameters parameters, State state, float loss) {
      this(parameters, state, loss, Map.of());
    }
  }

  /** What an optimizer may know of the step it makes. */
  @ProviderType
  interface Context {
    /** The number of this step; the first is 0. */
    long step();

    /** The number of steps planned, for schedules that end. */
    long totalSteps();

    /** Random numbers of this step. */
    RandomStream random(String name);
  }
}
