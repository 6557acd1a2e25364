package org.genlab.itests.probe;

import jakarta.inject.Inject;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.State;
import org.genlab.tensor.Elementwise;

/** An optimizer that halves all parameters in each step, whatever the loss. */
public final class Halving implements Optimizer {
  @Inject
  public Halving() {
    // It has no settings.
  }

  @Override
  public State initial(Parameters parameters) {
    return State.empty();
  }

  @Override
  public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
    float before = loss.evaluate(parameters).loss();
    return new Step(
        parameters.with(
            Elementwise.compute(
                1,
                (in, out, from, to) -> {
                  for (int i = from; i < to; i++) {
                    out[0][i] = in[0][i] / 2;
                  }
                },
                parameters.flat())[0]),
        state,
        before);
  }
}
