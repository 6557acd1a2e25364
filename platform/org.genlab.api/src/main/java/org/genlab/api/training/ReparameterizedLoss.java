package org.genlab.api.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.Tensor;

/** A loss of parameters that are a function of others, differentiated with respect to those. */
record ReparameterizedLoss(LossFunction loss, UnaryOperator<Parameters> map)
    implements LossFunction {
  @Override
  public Evaluation evaluate(Parameters at) {
    Tensor variable = at.flat().variable();
    Parameters mapped = map.apply(at.with(variable));
    Evaluation evaluation = loss.evaluate(mapped.map(Tensor::detach));
    return new Evaluation(
        evaluation.loss(), pullBack(mapped.flat(), evaluation.gradient(), variable));
  }

  @Override
  public Tensor value(Parameters at) {
    return loss.value(map.apply(at));
  }

  @Override
  public Tensor perExample(Parameters at) {
    return loss.perExample(map.apply(at));
  }

  @Override
  public Tensor perExampleGradients(Parameters at) {
    Tensor variable = at.flat().variable();
    Parameters mapped = map.apply(at.with(variable));
    Tensor gradients = loss.perExampleGradients(mapped.map(Tensor::detach));
    int width = mapped.flat().size();
    List<Tensor> rows = new ArrayList<>();
    for (int i = 0; i < gradients.dimension(0); i++) {
      Tensor row = gradients.slice(0, i, i + 1).reshape(width);
      rows.add(pullBack(mapped.flat(), row, variable).reshape(1, variable.size()));
    }
    return rows.isEmpty() ? Tensor.zeros(0, variable.size()) : Tensor.concat(0, rows);
  }

  /** The chain rule: the gradient at the mapped point times the Jacobian of the map. */
  private static Tensor pullBack(Tensor mapped, Tensor gradient, Tensor variable) {
    return Gradients.vectorJacobian(mapped, gradient, variable).get(0);
  }

  @Override
  public Batch batch() {
    return loss.batch();
  }

  @Override
  public LossFunction on(Batch other) {
    return new ReparameterizedLoss(loss.on(other), map);
  }

  @Override
  public List<LossFunction> by(String annotation) {
    return loss.by(annotation).stream()
        .<LossFunction>map(part -> new ReparameterizedLoss(part, map))
        .toList();
  }
}
