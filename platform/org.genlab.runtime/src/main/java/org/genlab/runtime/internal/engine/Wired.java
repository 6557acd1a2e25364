package org.genlab.runtime.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.genlab.api.Kind;
import org.genlab.api.SettingException;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.model.Network;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.State;
import org.genlab.runtime.engine.RunPlan;
import org.genlab.runtime.plugins.Lease;
import org.genlab.runtime.plugins.Leases;
import org.genlab.runtime.plugins.Pipeline;
import org.genlab.runtime.plugins.Revision;
import org.genlab.store.Checkpoint;
import org.genlab.store.UserError;

/**
 * What a run is wired to for now: its plugins, leased as long as they are used, and all that they
 * have done. A swap makes another one beside it and leaves this one untouched, so that going back
 * is going on with this one.
 */
final class Wired implements AutoCloseable {
  private final RunPlan plan;
  private final Lease lease;
  private final Progress progress = new Progress();
  private final Services services;
  private final Pipeline pipeline;
  private final Guard guard;
  private final DataSpec spec;
  private final Network network;
  private final List<Split> splits = new ArrayList<>();
  private final ComposedObjective objective;
  private MetricsRecord record;
  private RunTraining training;

  private Wired(
      RunPlan plan,
      Lease lease,
      Journal journal,
      Optional<Checkpoint> from,
      Predicate<String> slots) {
    this.plan = plan;
    this.lease = lease;
    services = new Services(plan.name(), plan.seed(), new SlotStore(progress), journal::say);
    from.ifPresent(
        checkpoint -> {
          services.slotStore().restore(checkpoint, slots);
          progress.setStep(checkpoint.step());
        });
    pipeline = plan.assembly().apply(services);
    guard = new Guard(pipeline.revisions(), progress, plan.explanation());
    spec = guard.call(Kind.DATASET, pipeline.dataset()::spec);
    network = guard.call(Kind.ARCHITECTURE, this::build);
    List<String> names =
        plan.evaluation().splits().isEmpty()
            ? guard.call(
                Kind.DATASET, () -> pipeline.dataset().splits().stream().map(Split::name).toList())
            : plan.evaluation().splits();
    for (String name : names) {
      splits.add(split(name));
    }
    progress.setTotalSteps(guard.call(Kind.PROCEDURE, pipeline.procedure()::totalSteps));
    objective = new ComposedObjective(pipeline.regularizers(), spec, services, guard, progress);
  }

  /**
   * Leases the plugins of a plan, makes them, and checks that they fit together.
   *
   * @param from the checkpoint that the run goes on from
   * @param slots the paths of the plugins that remember what that checkpoint says
   */
  static Wired of(
      RunPlan plan,
      Leases leases,
      Journal journal,
      Optional<Checkpoint> from,
      Predicate<String> slots) {
    Lease lease = leases.acquire(plan.plugins());
    try {
      return new Wired(plan, lease, journal, from, slots);
    } catch (RuntimeException | Error e) {
      lease.close();
      throw e;
    }
  }

  private Network build() {
    try {
      return pipeline.architecture().build(spec);
    } catch (SettingException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new UserError("the architecture does not fit the dataset: " + e.getMessage(), e);
    }
  }

  private Split split(String name) {
    Split split;
    try {
      split = pipeline.dataset().split(name);
    } catch (IllegalArgumentException e) {
      throw new UserError("evaluation.splits: " + e.getMessage() + ".", e);
    }
    if (split.size() == 0) {
      throw new UserError(
          "the split '"
              + name
              + "' is empty, so it cannot be evaluated; give it examples, or take"
              + " it out of evaluation.splits.");
    }
    if (split.size() == Integer.MAX_VALUE) {
      throw new UserError(
          "the split '"
              + name
              + "' has no end, so it cannot be evaluated; take it out of"
              + " evaluation.splits.");
    }
    return split;
  }

  /** Makes the models: as they are at the beginning, or at a checkpoint. */
  void prepare(
      MetricsRecord written,
      Optional<float[]> given,
      Optional<Checkpoint> from,
      Optional<CarryOver> carry) {
    record = written;
    boolean begins = from.isEmpty() || carry.filter(c -> !c.keepsSlots(Kind.PROCEDURE)).isPresent();
    progress.during(
        Progress.Phase.PREPARING,
        () -> {
          training =
              new RunTraining(
                  pipeline, services, guard, progress, objective, record, network, given, from,
                  carry);
          if (begins) {
            guard.run(Kind.PROCEDURE, () -> pipeline.procedure().begin(training));
          }
          training.prepareOptimizer();
        });
  }

  boolean isFinished() {
    return guard.call(Kind.PROCEDURE, () -> pipeline.procedure().finished(training));
  }

  /** Makes a step. */
  void step() {
    training.startStep();
    progress.during(
        Progress.Phase.TRAINING,
        () -> {
          guard.run(Kind.PROCEDURE, () -> pipeline.procedure().step(training));
          training.endStep();
        });
    progress.setStep(progress.step() + 1);
  }

  /** Throws when a parameter of a model is not finite. */
  void checkFinite() {
    training
        .brokenModel()
        .ifPresent(
            name -> {
              throw new Divergence("a parameter of model '" + name + "' is no longer finite");
            });
  }

  /**
   * Takes the metrics that are taken at such a moment.
   *
   * @param into where they are recorded
   * @param wanted the names of those that are taken
   */
  void measure(Metric.When when, MetricsRecord into, Predicate<String> wanted) {
    progress.during(
        Progress.Phase.MEASURING,
        () -> {
          RunSnapshot snapshot = snapshot(into);
          for (Map.Entry<String, Metric> entry : pipeline.metrics().entrySet()) {
            if (!wanted.test(entry.getKey())) {
              continue;
            }
            Metric metric = entry.getValue();
            guard.run(
                "metrics." + entry.getKey(),
                () -> {
                  if (metric.when() == when) {
                    metric.measure(snapshot, into);
                  }
                });
          }
        });
  }

  /** Takes metrics for nothing, to see whether they can be taken. */
  void tryMetrics(MetricsRecord into, Predicate<String> wanted) {
    if (pipeline.metrics().keySet().stream().anyMatch(wanted)) {
      services.slotStore().withoutTrace(() -> measure(Metric.When.EVALUATION, into, wanted));
    }
  }

  private RunSnapshot snapshot(MetricsRecord into) {
    TrainedModel main = training.main();
    State state = main.optimizerState();
    Parameters judged =
        main.isTrainable()
            ? guard.call(
                Kind.OPTIMIZER, () -> pipeline.optimizer().forEvaluation(main.parameters(), state))
            : main.parameters();
    MeasuredModel model =
        new MeasuredModel(main, objective, progress.keep(judged), main.buffers(), state);
    return new RunSnapshot(
        progress.step(), pipeline.dataset(), model, splits(), objective, into.history());
  }

  RunPlan plan() {
    return plan;
  }

  Progress progress() {
    return progress;
  }

  SlotStore slots() {
    return services.slotStore();
  }

  Pipeline pipeline() {
    return pipeline;
  }

  List<Revision> revisions() {
    return pipeline.revisions();
  }

  Guard guard() {
    return guard;
  }

  DataSpec spec() {
    return spec;
  }

  Network network() {
    return network;
  }

  List<Split> splits() {
    return List.copyOf(splits);
  }

  ComposedObjective objective() {
    return objective;
  }

  MetricsRecord record() {
    return record;
  }

  RunTraining training() {
    return training;
  }

  /** Gives the plugins back. */
  @Override
  public void close() {
    lease.close();
  }
}
