package org.genlab.api.training;

import java.util.List;
import java.util.function.Function;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.Tensor;

/** A loss given as a differentiable function of the parameters, differentiated as a whole. */
record ComposedLoss(Function<Parameters, Tensor> function, Batch batch) implements LossFunction {
  @Override
  public Evaluation evaluate(Parameters at) {
    Tensor variable = at.flat().variable();
    Tensor loss = function.apply(at.with(variable));
    return new Evaluation(loss.item(), Gradients.of(loss, variable));
  }

  @Override
  public Tensor value(Parameters at) {
    return function.apply(at);
  }

  @Override
  public Tensor perExample(Parameters at) {
    throw whole();
  }

  @Override
  public Tensor perExampleGradients(Parameters at) {
    throw whole();
  }

  @Override
  public LossFunction on(Batch other) {
    throw whole();
  }

  @Override
  public List<LossFunction> by(String annotation) {
    throw whole();
  }

  private static IllegalStateException whole() {
    return new IllegalStateException(
        "a composed loss is one function of the parameters: it has no examples to take apart");
  }
}
