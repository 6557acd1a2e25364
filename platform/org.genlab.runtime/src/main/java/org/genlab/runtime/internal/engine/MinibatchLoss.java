package org.genlab.runtime.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Scope;
import org.genlab.tensor.Tensor;

/**
 * The objective of a model on a minibatch.
 *
 * @param batch already augmented
 * @param mode of the passes through the network
 */
record MinibatchLoss(
    ComposedObjective objective, TrainedModel model, Batch batch, ComposedObjective.Mode mode)
    implements LossFunction {

  private <T> T evaluation(Supplier<T> evaluation) {
    objective.progress().enterEvaluation();
    try {
      return evaluation.get();
    } finally {
      objective.progress().leaveEvaluation();
    }
  }

  @Override
  public Evaluation evaluate(Parameters at) {
    try (Scope scope = Scope.open()) {
      Tensor variable = at.flat().variable();
      Tensor loss = value(at.with(variable));
      Tensor gradient = Gradients.of(loss, variable);
      return new Evaluation(loss.item(), scope.keep(gradient));
    }
  }

  @Override
  public Tensor value(Parameters at) {
    return evaluation(() -> objective.loss(model, at, batch, mode));
  }

  @Override
  public Tensor perExample(Parameters at) {
    return evaluation(() -> objective.perExample(objective.forward(model, at, batch, mode), batch));
  }

  /**
   * One pass over the whole minibatch where the operations keep the examples apart, else a loop: in
   * training mode examples may depend on each other (batch statistics), so each gradient is a
   * backward pass through the whole graph; in evaluation mode they do not, and each example has a
   * small graph of its own.
   */
  @Override
  public Tensor perExampleGradients(Parameters at) {
    long values = (long) batch.size() * at.flat().size();
    if (values > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          batch.size()
              + " gradients of "
              + at.flat().size()
              + " values do not fit into one array; take smaller batches");
    }
    try (Scope scope = Scope.open()) {
      Tensor variable = at.flat().variable();
      Tensor losses = perExample(at.with(variable));
      return scope.keep(
          Gradients.perExample(losses, variable)
              .orElseGet(() -> Tensor.stack(0, oneByOne(at, losses, variable))));
    }
  }

  private List<Tensor> oneByOne(Parameters at, Tensor losses, Tensor variable) {
    List<Tensor> gradients = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      try (Scope inner = Scope.open()) {
        Tensor gradient;
        if (mode == ComposedObjective.Mode.EVALUATION) {
          Tensor own = at.flat().variable();
          Tensor loss =
              new MinibatchLoss(objective, model, batch.select(i), mode).perExample(at.with(own));
          gradient = Gradients.of(loss, own);
        } else {
          gradient = Gradients.of(losses.slice(0, i, i + 1), variable);
        }
        gradients.add(inner.keep(gradient));
      }
    }
    return gradients;
  }

  @Override
  public LossFunction on(Batch other) {
    Batch next = mode == ComposedObjective.Mode.TRAINING ? objective.augment(model, other) : other;
    return new MinibatchLoss(objective, model, next, mode);
  }

  @Override
  public List<LossFunction> by(String annotation) {
    IntTensor column = batch.ints(annotation);
    int[] values = column.toArray();
    int width = values.length / Math.max(1, batch.size());
    if (width != 1) {
      throw new IllegalArgumentException(
          "column '" + annotation + "' has " + width + " values an example, not one");
    }
    SortedMap<Integer, List<Integer>> positions = new TreeMap<>();
    for (int i = 0; i < values.length; i++) {
      positions.computeIfAbsent(values[i], v -> new ArrayList<>()).add(i);
    }
    return positions.values().stream()
        .<LossFunction>map(
            chosen ->
                new MinibatchLoss(
                    objective,
                    model,
                    batch.select(chosen.stream().mapToInt(Integer::intValue).toArray()),
                    mode))
        .toList();
  }
}
