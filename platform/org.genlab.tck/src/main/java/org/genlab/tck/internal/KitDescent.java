package org.genlab.tck.internal;

import jakarta.inject.Inject;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.State;
import org.genlab.tensor.Tensor;

/** Gradient descent with momentum. */
@Plugin(
    kind = Kind.OPTIMIZER,
    id = KitDescent.ID,
    version = "1.0.0",
    summary = "Gradient descent with momentum, for tests of other plugins")
public final class KitDescent implements Optimizer {
  static final String ID = "tck-descent";

  /**
   * The settings.
   *
   * @param learningRate eta
   */
  public record Settings(
      @Default("0.05") @Range(min = 0) @Doc("the learning rate eta") double learningRate) {}

  private final double rate;

  @Inject
  public KitDescent(Settings settings) {
    rate = settings.learningRate();
  }

  @Override
  public State initial(Parameters parameters) {
    return State.empty().with("velocity", Tensor.zeros(parameters.layout().size()));
  }

  @Override
  public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
    LossFunction.Evaluation here = loss.evaluate(parameters);
    Tensor velocity = state.array("velocity").times(0.9).plus(here.gradient());
    return new Step(
        parameters.map(p -> p.minus(velocity.times(rate))),
        state.with("velocity", velocity),
        here.loss());
  }
}
