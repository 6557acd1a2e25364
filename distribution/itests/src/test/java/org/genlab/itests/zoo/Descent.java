package org.genlab.itests.zoo;

import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.State;
import org.genlab.tensor.Elementwise;
import org.genlab.tensor.Tensor;

/** Gradient descent, into which the animals of the zoo put their mischief. */
abstract class Descent implements Optimizer {
  private final float rate;

  Descent(float rate) {
    this.rate = rate;
  }

  /** Happens before each step. */
  abstract void mischief(long step);

  @Override
  public State initial(Parameters parameters) {
    return State.empty();
  }

  @Override
  public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
    mischief(context.step());
    LossFunction.Evaluation here = loss.evaluate(parameters);
    Tensor[] next =
        Elementwise.compute(
            1,
            (in, out, from, to) -> {
              for (int i = from; i < to; i++) {
                out[0][i] = in[0][i] - rate * in[1][i];
              }
            },
            parameters.flat(),
            here.gradient());
    return new Step(parameters.with(next[0]), state, here.loss());
  }
}
