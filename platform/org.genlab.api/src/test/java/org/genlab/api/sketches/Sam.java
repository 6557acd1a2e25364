package org.genlab.api.sketches;

import org.genlab.api.Wrapped;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.State;
import org.genlab.tensor.Tensor;

/** Sharpness-aware minimisation: two gradients a step (Foret et al. 2021, algorithm 1). */
record Sam(double rho, @Wrapped("base") Optimizer base) implements Optimizer {
  @Override
  public State initial(Parameters parameters) {
    return State.empty().withNested("base", base.initial(parameters));
  }

  @Override
  public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
    LossFunction.Evaluation here = loss.evaluate(parameters);
    Tensor g = here.gradient();
    Tensor epsilon = g.times(rho).dividedBy(g.norm().plus(1e-12));
    LossFunction perturbed = loss.displaced(p -> p.map(w -> w.plus(epsilon)));
    Step step = base.step(parameters, perturbed, state.nested("base"), context);
    return new Step(step.parameters(), state.withNested("base", step.state()), here.loss());
  }
}
