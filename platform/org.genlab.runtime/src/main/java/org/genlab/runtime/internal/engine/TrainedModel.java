package org.genlab.runtime.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Model;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.State;
import org.genlab.store.Checkpoint;
import org.genlab.tensor.Tensor;

/** A model of a run, as it changes. */
final class TrainedModel implements Model {
  static final String PREFIX = "models";

  /** Says that the state in a checkpoint is that of an optimizer before a swap. */
  static final String INHERITED = "inherited";

  private static final String TRAINED = "trained";

  private final String name;
  private final Network network;
  private final Parameters initial;
  private final Progress progress;
  private final ComposedObjective objective;
  private Parameters parameters;

  /** Whether others may hold the parameters, or the state, so that they must stay as they are. */
  private boolean parametersAreLent = true;

  private boolean stateIsLent = true;
  private State buffers = State.empty();
  private State nextBuffers = State.empty();
  private Optional<State> optimizerState = Optional.empty();

  /** Whether the state is still that of the optimizer before a swap. */
  private boolean inherited;

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
    parametersAreLent = true;
    return parameters;
  }

  /** The parameters for a use that ends before the next step. */
  Parameters current() {
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
    parametersAreLent = true;
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
    stateIsLent = true;
    return optimizerState.orElse(State.empty());
  }

  @Override
  public void setOptimizerState(State state) {
    optimizerState = Optional.of(progress.keep(state));
    stateIsLent = true;
    inherited = false;
  }

  /**
   * Lets the coming step of the optimizer write over the arrays that only this model holds.
   *
   * @param alsoParameters whether nobody needs the old parameters after the step
   */
  void relinquish(boolean alsoParameters) {
    for (Tensor own : own()) {
      if (alsoParameters || own != parameters.flat()) {
        own.relinquish();
      }
    }
  }

  /** Takes the results of a step, whose arrays nobody else holds. */
  void move(Parameters values, State state) {
    List<Tensor> before = own();
    setParameters(values);
    setOptimizerState(state);
    parametersAreLent = false;
    stateIsLent = false;
    List<Tensor> now = arrays();
    for (Tensor old : before) {
      if (now.stream().anyMatch(old::sharesMemoryWith)) {
        old.reclaim();
      } else {
        old.release();
      }
    }
  }

  /** The arrays that are not lent and share their memory with no other. */
  private List<Tensor> own() {
    List<Tensor> all = arrays();
    List<Tensor> own = new ArrayList<>();
    if (!parametersAreLent) {
      own.add(parameters.flat());
    }
    if (!stateIsLent) {
      own.addAll(optimizerState.orElse(State.empty()).arrays().values());
    }
    own.removeIf(
        array ->
            array.sharesMemoryWith(initial.flat())
                || all.stream().filter(array::sharesMemoryWith).count() > 1);
    return own;
  }

  private List<Tensor> arrays() {
    List<Tensor> all = new ArrayList<>();
    all.add(parameters.flat());
    all.addAll(optimizerState.orElse(State.empty()).arrays().values());
    return all;
  }

  /** The state of the optimizer that trains this model; asked for on first use. */
  State optimizerState(Optimizer optimizer) {
    if (optimizerState.isEmpty()) {
      setOptimizerState(optimizer.initial(parameters()));
    }
    if (inherited) {
      setOptimizerState(
          CarryOver.guessed(
              optimizerState.get(), optimizer.initial(parameters()), parameters.layout()));
    }
    return optimizerState.get();
  }

  @Override
  public Output predict(Batch batch) {
    return objective.forward(this, parameters, batch, ComposedObjective.Mode.EVALUATION);
  }

  @Override
  public Output predict(Batch batch, Forward.Hook hook) {
    return objective.evaluate(this, parameters, batch, hook);
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
          State facts = State.empty().with(TRAINED, 1);
          checkpoint.put(prefix, inherited ? facts.with(INHERITED, 1) : facts);
        });
  }

  /** Takes the values of a checkpoint, which must fit. */
  void restore(Checkpoint checkpoint) {
    String prefix = PREFIX + "/" + name;
    checkpoint.parameters(prefix + "/parameters").ifPresent(this::setParameters);
    setBuffers(checkpoint.state(prefix + "/buffers"));
    if (isTrained(checkpoint)) {
      setOptimizerState(checkpoint.state(prefix + "/optimizer"));
    }
  }

  private boolean isTrained(Checkpoint checkpoint) {
    return checkpoint.numbers().containsKey(PREFIX + "/" + name + "/" + TRAINED);
  }

  /** Whether a checkpoint was written before a swap that this model has not seen yet. */
  boolean isInheritedIn(Checkpoint checkpoint) {
    return checkpoint.numbers().containsKey(PREFIX + "/" + name + "/" + INHERITED);
  }

  /**
   * Takes over what it can from the model of this name before a swap, see {@link CarryOver}; all
   * but the state of the optimizer, which is taken over when the optimizer is known.
   *
   * @return whether the network is of the same layout, so that its buffers were taken over
   */
  boolean inherit(Checkpoint checkpoint) {
    String prefix = PREFIX + "/" + name;
    Optional<Parameters> before = checkpoint.parameters(prefix + "/parameters");
    boolean same = before.map(b -> b.layout().equals(initial.layout())).orElse(!isTrainable());
    before.ifPresent(b -> setParameters(CarryOver.parameters(b, initial)));
    if (same) {
      setBuffers(checkpoint.state(prefix + "/buffers"));
      if (isTrained(checkpoint)) {
        setOptimizerState(checkpoint.state(prefix + "/optimizer"));
        inherited = true;
      }
    }
    return same;
  }

  /** Takes over what an optimizer knows of the state that the main model had before a swap. */
  void inheritOptimizer(Checkpoint checkpoint, CarryOver carry, Optimizer optimizer) {
    String prefix = PREFIX + "/" + name;
    if (isTrained(checkpoint)) {
      State before = checkpoint.state(prefix + "/optimizer");
      ParameterLayout layout =
          checkpoint
              .parameters(prefix + "/parameters")
              .map(Parameters::layout)
              .orElse(initial.layout());
      setOptimizerState(
          carry.optimizer(before, layout, optimizer.initial(parameters()), parameters.layout()));
    }
  }
}
