package org.genlab.benchmarks;

import java.util.Map;
import java.util.function.Function;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.State;
import org.genlab.tensor.Scope;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * A workload in GenLab, computed as in a run: one scope a step, the optimizer's plugin moves the
 * flat buffer of parameters.
 */
final class GenLabSide implements Side {
  /** A step among many, without random numbers. */
  private record At(long step) implements Optimizer.Context {
    @Override
    public long totalSteps() {
      return Long.MAX_VALUE;
    }

    @Override
    public RandomStream random(String name) {
      return RandomStream.of(0, name);
    }
  }

  private final Optimizer optimizer;
  private final LossFunction loss;
  private Parameters parameters;
  private State state;
  private long steps;

  /**
   * @param initial not changed
   * @param loss the loss as a function of tracked parameters; where there is no optimizer, a number
   *     for which all is computed that is measured
   */
  GenLabSide(Parameters initial, Function<Parameters, Tensor> loss, Rule rule) {
    this.optimizer = rule.optimizer().orElse(null);
    this.loss = LossFunction.of(loss, Batch.of(1));
    this.parameters = initial.with(initial.flat().copy());
    this.state = optimizer == null ? State.empty() : optimizer.initial(parameters);
  }

  @Override
  public double step() {
    if (optimizer == null) {
      return gradient();
    }
    try (Scope scope = Scope.open()) {
      parameters.flat().relinquish();
      state.arrays().values().forEach(Tensor::relinquish);
      Optimizer.Step step = optimizer.step(parameters, loss, state, new At(steps));
      scope.keep(step.parameters().flat());
      step.state().arrays().values().forEach(scope::keep);
      parameters.flat().release();
      state.arrays().values().forEach(Tensor::release);
      parameters = step.parameters();
      state = step.state();
      steps++;
      return step.loss();
    }
  }

  @Override
  public double gradient() {
    try (Scope scope = Scope.open()) {
      if (optimizer == null) {
        return loss.value(parameters.with(parameters.flat().variable())).item();
      }
      return loss.evaluate(parameters).loss();
    }
  }

  @Override
  public void close() {
    parameters.flat().release();
    for (Map.Entry<String, Tensor> array : state.arrays().entrySet()) {
      array.getValue().release();
    }
  }
}
