package org.genlab.runtime.internal.engine;

import java.util.Optional;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Model;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.State;
import org.genlab.store.Checkpoint;
import org.genlab.tensor.Tensor;

/** A model of a run, as it changes. */
final class TrainedModel implements Model {
  static final String PREFIX = "models";

  private final String name;
  private final Network network;
  private final Parameters initial;
  private final Progress progress;
  private final ComposedObjective objective;
  private Parameters parameters;
  private State buffers = State.empty();
  private State nextBuffers = State.empty();
  private Optional<State> optimizerState = Optional.empty();

  TrainedModel(
      String name,
      Network network,
      Parameters initial,
      Progress progress,
      ComposedObjective objective) {
    this.name = name;
    this.network = network;
    this.progress = progress;
    this.objective = objective;
    this.initial = progress.keep(initial);
    this.parameters = this.initial;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Network network() {
    return network;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public Parameters initialParameters() {
    return initial;
  }

  @Override
  public void setParameters(Parameters values) {
    if (!values.layout().equals(initial.layout())) {
      throw new IllegalArgumentException(
          "model '"
              + name
              + "' has "
              + initial.layout()
              + ", which does not fit "
              + values.layout());
    }
    parameters = progress.keep(values);
  }

  @Override
  public State buffers() {
    return buffers;
  }

  @Override
  public void setBuffers(State state) {
    buffers = progress.keep(state);
  }

  /** Notes the new value of a buffer, until {@link #commitBuffers}. */
  void updateBuffer(String buffer, Tensor value) {
    nextBuffers = nextBuffers.with(buffer, value.detach().copy());
  }

  /** Ends a step: what passes noted during it takes effect. */
  void commitBuffers() {
    for (var entry : nextBuffers.arrays().entrySet()) {
      buffers = buffers.with(entry.getKey(), entry.getValue());
    }
    nextBuffers = State.empty();
  }

  @Override
  public State optimizerState() {
    return optimizerState.orElse(State.empty());
  }

  @Override
  public void setOptimizerState(State state) {
    optimizerState = Optional.of(progress.keep(state));
  }

  /** The state of the optimizer that trains this model; asked for on first use. */
  State optimizerState(Optimizer optimizer) {
    if (optimizerState.isEmpty()) {
      setOptimizerState(optimizer.initial(parameters));
    }
    return optimizerState.get();
  }

  @Override
  public Output predict(Batch batch) {
    return objective.forward(this, parameters, batch, ComposedObjective.Mode.EVALUATION);
  }

  /** Whether there is anything to train. */
  boolean isTrainable() {
    return initial.layout().size() > 0;
  }

  boolean isFinite() {
    return !isTrainable() || parameters.flat().allFinite();
  }

  void save(Checkpoint.Builder checkpoint) {
    String prefix = PREFIX + "/" + name;
    checkpoint.put(prefix + "/parameters", parameters);
    checkpoint.put(prefix + "/buffers", buffers);
    optimizerState.ifPresent(
        state -> {
          checkpoint.put(prefix + "/optimizer", state);
          checkpoint.put(prefix, State.empty().with("trained", 1));
        });
  }

  void restore(Checkpoint checkpoint) {
    String prefix = PREFIX + "/" + name;
    checkpoint.parameters(prefix + "/parameters").ifPresent(this::setParameters);
    setBuffers(checkpoint.state(prefix + "/buffers"));
    if (checkpoint.numbers().containsKey(prefix + "/trained")) {
      setOptimizerState(checkpoint.state(prefix + "/optimizer"));
    }
  }
}
