package org.genlab.runtime.internal.engine;

import org.genlab.api.data.Batch;
import org.genlab.api.model.Output;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.Regularizer;
import org.genlab.tensor.Tensor;

/** A pass on a minibatch, as penalties see it. */
record ObjectivePass(
    ComposedObjective objective,
    TrainedModel model,
    Parameters parameters,
    Batch batch,
    Output output,
    Tensor perExample,
    ComposedObjective.Mode mode)
    implements Regularizer.Pass {
  @Override
  public Parameters initialParameters() {
    return model.initialParameters();
  }

  @Override
  public Tensor perExample(Output other) {
    return objective.perExample(other, batch);
  }

  @Override
  public Output evaluate(Batch other) {
    return objective.forward(
        model,
        parameters,
        other,
        mode == ComposedObjective.Mode.EVALUATION
            ? ComposedObjective.Mode.EVALUATION
            : ComposedObjective.Mode.AUXILIARY);
  }
}
