package org.genlab.api.training;

import java.util.List;
import java.util.function.UnaryOperator;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Tensor;

/** A loss evaluated at a displaced point. */
record DisplacedLoss(LossFunction loss, UnaryOperator<Parameters> move) implements LossFunction {
  @Override
  public Evaluation evaluate(Parameters at) {
    return loss.evaluate(move.apply(at));
  }

  @Override
  public Tensor value(Parameters at) {
    return loss.value(move.apply(at));
  }

  @Override
  public Tensor perExample(Parameters at) {
    return loss.perExample(move.apply(at));
  }

  @Override
  public Tensor perExampleGradients(Parameters at) {
    return loss.perExampleGradients(move.apply(at));
  }

  @Override
  public Batch batch() {
    return loss.batch();
  }

  @Override
  public LossFunction on(Batch other) {
    return new DisplacedLoss(loss.on(other), move);
  }

  @Override
  public List<LossFunction> by(String annotation) {
    return loss.by(annotation).stream()
        .<LossFunction>map(part -> new DisplacedLoss(part, move))
        .toList();
  }
}
