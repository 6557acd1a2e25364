package org.genlab.runtime.internal.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.genlab.api.Kind;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.History;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.FittedNetwork;
import org.genlab.api.model.Model;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Objective;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.State;
import org.genlab.api.training.Training;
import org.genlab.runtime.plugins.Pipeline;
import org.genlab.store.Checkpoint;
import org.genlab.tensor.Tensor;

/** A run as its procedure sees it. */
final class RunTraining implements Training {
  /** The name of the main model. */
  static final String MAIN = "main";

  private final Pipeline pipeline;
  private final Services services;
  private final Guard guard;
  private final Progress progress;
  private final ComposedObjective objective;
  private final MinibatchOrder order;
  private final MetricsRecord record;
  private final Map<String, TrainedModel> models = new LinkedHashMap<>();
  private final Optional<Checkpoint> restored;
  private final Optional<CarryOver> carry;
  private SortedMap<String, Double> diagnostics = new TreeMap<>();
  private float loss = Float.NaN;

  RunTraining(
      Pipeline pipeline,
      Services services,
      Guard guard,
      Progress progress,
      ComposedObjective objective,
      MetricsRecord record,
      Network network,
      Optional<float[]> given,
      Optional<Checkpoint> restored,
      Optional<CarryOver> carry) {
    this.carry = carry;
    this.pipeline = pipeline;
    this.services = services;
    this.guard = guard;
    this.progress = progress;
    this.objective = objective;
    this.order = new MinibatchOrder(services.seed());
    this.record = record;
    this.restored = restored;
    create(MAIN, network, given);
  }

  /**
   * @param given the first values of the parameters; drawn by the network when empty
   */
  private TrainedModel create(String name, Network network, Optional<float[]> given) {
    Parameters drawn =
        guard.call(
            "architecture",
            () ->
                network.initialize(
                    services.randomness("architecture").stream("initialize/" + name)));
    Parameters initial =
        given.map(values -> drawn.with(Tensor.of(values, values.length))).orElse(drawn);
    TrainedModel model = new TrainedModel(name, network, initial, progress, objective);
    if (!restore(model) && network instanceof FittedNetwork fitted) {
      model.setBuffers(
          guard.call(
              "architecture",
              () ->
                  fitted.fit(
                      pipeline.dataset().splits().get(0), services.randomness("architecture"))));
    }
    models.put(name, model);
    return model;
  }

  /** Whether there is nothing left that a network would have to learn in one go. */
  private boolean restore(TrainedModel model) {
    if (restored.isEmpty()
        || !restored.get().children(TrainedModel.PREFIX).contains(model.name())) {
      return false;
    }
    Checkpoint checkpoint = restored.get();
    if (carry.isEmpty() && !model.isInheritedIn(checkpoint)) {
      model.restore(checkpoint);
      return true;
    }
    boolean same = model.inherit(checkpoint);
    return same
        && carry
            .filter(c -> c.isUnchanged(Kind.ARCHITECTURE) && c.isUnchanged(Kind.DATASET))
            .isPresent();
  }

  /** Asks the optimizer for the main model's state, unless it has one. */
  void prepareOptimizer() {
    if (main().isTrainable()) {
      carry.ifPresent(
          c ->
              guard.run(
                  Kind.OPTIMIZER,
                  () -> main().inheritOptimizer(restored.orElseThrow(), c, pipeline.optimizer())));
      guard.run(Kind.OPTIMIZER, () -> main().optimizerState(pipeline.optimizer()));
    }
  }

  /** Forgets what the last step said of itself. */
  void startStep() {
    diagnostics = new TreeMap<>();
    loss = Float.NaN;
  }

  /** Makes what plugins noted during the step take effect. */
  void endStep() {
    models.values().forEach(TrainedModel::commitBuffers);
    services.slotStore().commit();
  }

  /** What the optimizer said of this step's last update. */
  SortedMap<String, Double> diagnostics() {
    return diagnostics;
  }

  /** The loss before this step's last update; NaN when there was none. */
  float lastLoss() {
    return loss;
  }

  TrainedModel main() {
    return models.get(MAIN);
  }

  /** Saves all models, in the order of their names: not in that in which they were asked for. */
  void save(Checkpoint.Builder checkpoint) {
    Set<String> names = new TreeSet<>(models.keySet());
    // Those that the procedure has not asked for again since the run was resumed.
    restored.ifPresent(from -> names.addAll(from.children(TrainedModel.PREFIX)));
    for (String name : names) {
      if (models.containsKey(name)) {
        models.get(name).save(checkpoint);
      } else {
        String prefix = TrainedModel.PREFIX + "/" + name;
        checkpoint.copy(prefix, restored.orElseThrow());
        if (carry.isPresent()) {
          checkpoint.put(prefix, State.empty().with(TrainedModel.INHERITED, 1));
        }
      }
    }
  }

  /** The first model with a parameter that is not finite, if any. */
  Optional<String> brokenModel() {
    return models.values().stream().filter(m -> !m.isFinite()).map(Model::name).findFirst();
  }

  @Override
  public long step() {
    return progress.step();
  }

  @Override
  public Dataset dataset() {
    return pipeline.dataset();
  }

  @Override
  public Model model() {
    return main();
  }

  @Override
  public Architecture architecture() {
    return pipeline.architecture();
  }

  @Override
  public Optimizer optimizer() {
    return pipeline.optimizer();
  }

  @Override
  public Objective objective() {
    return objective;
  }

  @Override
  public Model model(String name, Network network) {
    if (name.equals(MAIN) || name.contains("/")) {
      throw new IllegalArgumentException(
          "a model cannot be called '"
              + name
              + "': '"
              + MAIN
              + "' is the main one, and '/' is not"
              + " allowed");
    }
    TrainedModel model = models.get(name);
    return model == null ? create(name, network, Optional.empty()) : model;
  }

  private TrainedModel own(Model model) {
    TrainedModel own = models.get(model.name());
    if (own != model) {
      throw new IllegalArgumentException("model '" + model.name() + "' is not one of this run");
    }
    return own;
  }

  @Override
  public LossFunction loss(Batch batch) {
    return loss(main(), batch);
  }

  @Override
  public LossFunction loss(Model model, Batch batch) {
    TrainedModel own = own(model);
    return new MinibatchLoss(
        objective, own, objective.augment(own, batch), ComposedObjective.Mode.TRAINING);
  }

  @Override
  public Output forward(Model model, Parameters at, Batch batch) {
    return objective.forward(own(model), at, batch, ComposedObjective.Mode.TRAINING);
  }

  @Override
  public Output evaluate(Model model, Parameters at, Batch batch) {
    return objective.forward(own(model), at, batch, ComposedObjective.Mode.EVALUATION);
  }

  @Override
  public Optimizer.Step update(LossFunction minibatchLoss) {
    Parameters before = main().current();
    Optimizer.Step step = step(main(), pipeline.optimizer(), minibatchLoss);
    main().move(objective.update(main(), before, step.parameters()), step.state());
    loss = step.loss();
    diagnostics = new TreeMap<>(step.diagnostics());
    return step;
  }

  @Override
  public Optimizer.Step update(Model model, Optimizer optimizer, LossFunction minibatchLoss) {
    TrainedModel own = own(model);
    Optimizer.Step step = step(own, optimizer, minibatchLoss);
    own.move(step.parameters(), step.state());
    return step;
  }

  private Optimizer.Step step(TrainedModel model, Optimizer optimizer, LossFunction loss) {
    String path = "optimizer";
    State state = guard.call(path, () -> model.optimizerState(optimizer));
    // What wraps an optimizer may need the old values after the step of the wrapped.
    if (optimizer == pipeline.optimizer() && !pipeline.wraps(path)) {
      model.relinquish(!objective.changesUpdates());
    }
    Optimizer.Step step =
        guard.call(
            path,
            () ->
                optimizer.step(
                    model.current(), loss, state, objective.context(path, model.name())));
    if (!Float.isFinite(step.loss())) {
      throw new Divergence("the loss of model '" + model.name() + "' became " + step.loss());
    }
    return step;
  }

  @Override
  public Batch minibatch(Split split, int size, long step) {
    return guard.call(
        "dataset", () -> split.batch(order.indices(split.name(), split.size(), size, step)));
  }

  @Override
  public History history() {
    return record.history();
  }

  @Override
  public void record(String series, double value) {
    record.number(series, value);
  }
}
