package org.genlab.api.sketches;

import org.genlab.api.data.Annotation;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.State;
import org.genlab.tensor.Tensor;

/** Inter-domain gradient matching: an inner loop over domains (Shi et al. 2021, algorithm 1). */
record Fish(double alpha, double epsilon) implements Optimizer {
  @Override
  public State initial(Parameters parameters) {
    return State.empty();
  }

  @Override
  public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
    Parameters inner = parameters;
    float sum = 0;
    int domains = 0;
    for (LossFunction domain : loss.by(Annotation.DOMAIN)) {
      LossFunction.Evaluation e = domain.evaluate(inner);
      inner = inner.map(w -> w.minus(e.gradient().times(alpha)));
      sum += e.loss();
      domains++;
    }
    Tensor moved = inner.flat();
    return new Step(
        parameters.map(w -> w.plus(moved.minus(w).times(epsilon))), state, sum / domains);
  }
}
