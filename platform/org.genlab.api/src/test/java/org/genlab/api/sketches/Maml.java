package org.genlab.api.sketches;

import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.Training;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.Tensor;

/** Model-agnostic meta-learning: a gradient through an update (Finn et al. 2017, algorithm 1). */
record Maml(double alpha, int shots, long totalSteps) implements Procedure {
  @Override
  public void step(Training training) {
    Split task =
        training
            .dataset()
            .splits()
            .get((int) (training.step() % training.dataset().splits().size()));
    Batch support = training.minibatch(task, shots, 2 * training.step());
    Batch query = training.minibatch(task, shots, 2 * training.step() + 1);
    LossFunction inner = training.loss(support);
    LossFunction outer = training.loss(query);
    training.update(LossFunction.of(theta -> outer.value(adapt(theta, inner)), query));
  }

  private Parameters adapt(Parameters theta, LossFunction inner) {
    Tensor g = Gradients.differentiable(inner.value(theta), theta.flat());
    return theta.map(w -> w.minus(g.times(alpha)));
  }

  @Override
  public boolean finished(Training training) {
    return training.step() >= totalSteps;
  }
}
