package org.genlab.runtime.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.genlab.api.SettingException;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.model.Network;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.State;
import org.genlab.runtime.engine.RunListener;
import org.genlab.runtime.engine.RunPlan;
import org.genlab.runtime.engine.RunResult;
import org.genlab.runtime.engine.StopSignal;
import org.genlab.runtime.plugins.Pipeline;
import org.genlab.store.Checkpoint;
import org.genlab.store.CheckpointStore;
import org.genlab.store.MetricsHistory;
import org.genlab.store.MetricsLog;
import org.genlab.store.ParameterFile;
import org.genlab.store.RunDirectory;
import org.genlab.store.RunStatus;
import org.genlab.store.UserError;

/**
 * One run from its beginning, or from a checkpoint, to its end.
 *
 * <p>At each step boundary: evaluate if it is time; end if the procedure says so; checkpoint if it
 * is time; stop if asked to. A checkpoint at a step therefore includes the evaluation at that step.
 */
public final class Execution {
  private static final String EVALUATED = "run/evaluated";
  private static final String COMPLETE = "run/complete";

  private final RunPlan plan;
  private final RunListener listener;
  private final StopSignal stop;
  private final Journal journal;
  private final Progress progress = new Progress();
  private final Services services;
  private RunDirectory directory;
  private Optional<float[]> given = Optional.empty();
  private CheckpointStore checkpoints;
  private Pipeline pipeline;
  private Guard guard;
  private Network network;
  private List<Split> splits;
  private ComposedObjective objective;
  private MetricsRecord record;
  private RunTraining training;
  private long evaluated = -1;
  private long nextEvaluation;
  private boolean complete;
  private boolean started;

  /**
   * @param plan what is run
   * @param listener watches
   * @param stop ends the run early
   */
  public Execution(RunPlan plan, RunListener listener, StopSignal stop) {
    this.plan = plan;
    this.listener = listener;
    this.stop = stop;
    this.journal = new Journal(listener);
    this.services = new Services(plan.name(), plan.seed(), new SlotStore(progress), journal::say);
  }

  /**
   * Begins a run; the calling thread computes on the chosen backend.
   *
   * @param place makes the directory, once everything that can be checked was
   */
  public RunResult begin(Supplier<RunDirectory> place, BackendChoice backend, int threads) {
    assemble();
    readGiven();
    directory = place.get();
    return lease(
        () -> {
          started = true;
          directory.writeExperiment(plan.experiment());
          directory.writeLock(LockFile.of(plan, pipeline.revisions(), backend, threads));
          return execute(Optional.empty());
        });
  }

  /** Goes on with a run from its last whole checkpoint, or from its beginning if there is none. */
  public RunResult resume(RunDirectory run, BackendChoice backend, int threads) {
    directory = run;
    return lease(
        () -> {
          checkpoints = directory.checkpoints(journal::say);
          Optional<Checkpoint> checkpoint = checkpoints.latest();
          checkpoint.ifPresent(services.slotStore()::restore);
          assemble();
          if (checkpoint.isEmpty()) {
            readGiven();
          }
          Map<String, Object> lock = directory.lock();
          if (lock.isEmpty()) {
            directory.writeLock(LockFile.of(plan, pipeline.revisions(), backend, threads));
          } else {
            LockFile.differences(lock, pipeline.revisions(), backend).forEach(journal::say);
          }
          return execute(checkpoint);
        });
  }

  private RunResult lease(Supplier<RunResult> run) {
    RunDirectory.Lease lease = directory.acquire();
    try {
      journal.openIn(directory);
      return run.get();
    } catch (RuntimeException | Error e) {
      if (started) {
        fail(e);
      }
      throw e;
    } finally {
      lease.close();
    }
  }

  private void fail(Throwable cause) {
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    try {
      journal.note("Failed: " + message);
      directory.writeStatus(
          new RunStatus(RunStatus.State.FAILED, progress.step(), progress.totalSteps(), message));
    } catch (UserError e) {
      // The directory cannot be written, which is most likely what ended the run.
      cause.addSuppressed(e);
    }
  }

  /** Makes the plugins and checks that they fit together. */
  private void assemble() {
    pipeline = plan.assembly().apply(services);
    guard = new Guard(pipeline.revisions(), progress, plan.explanation());
    DataSpec spec = guard.call("dataset", pipeline.dataset()::spec);
    network = guard.call("architecture", () -> build(spec));
    splits = new ArrayList<>();
    List<String> names =
        plan.evaluation().splits().isEmpty()
            ? guard.call(
                "dataset", () -> pipeline.dataset().splits().stream().map(Split::name).toList())
            : plan.evaluation().splits();
    for (String name : names) {
      splits.add(split(name));
    }
    progress.setTotalSteps(guard.call("procedure", pipeline.procedure()::totalSteps));
    objective = new ComposedObjective(pipeline.regularizers(), spec, services, guard, progress);
  }

  /** Reads the parameters that the run is to begin with, if there is a file of them. */
  private void readGiven() {
    given = plan.initializeFrom().map(file -> ParameterFile.read(file, network.layout()));
  }

  private Network build(DataSpec spec) {
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

  private RunResult execute(Optional<Checkpoint> from) {
    started = true;
    if (checkpoints == null) {
      checkpoints = directory.checkpoints(journal::say);
    }
    long step = from.map(Checkpoint::step).orElse(0L);
    checkpoints.deleteAfter(from.isPresent() ? step : -1);
    directory.deleteArraysAfter(from.isPresent() ? step : -1);
    try (MetricsLog log =
        MetricsLog.open(
            directory.file(RunDirectory.METRICS), from.map(Checkpoint::metricsBytes).orElse(0L))) {
      MetricsHistory history = MetricsHistory.of(directory.metrics());
      record = new MetricsRecord(progress, directory, history, log);
      progress.setStep(step);
      progress.during(
          Progress.Phase.PREPARING,
          () -> {
            training =
                new RunTraining(
                    pipeline, services, guard, progress, objective, record, network, given, from);
            if (from.isEmpty()) {
              guard.run("procedure", () -> pipeline.procedure().begin(training));
            }
            training.prepareOptimizer();
          });
      from.ifPresent(
          c -> {
            evaluated = c.numbers().getOrDefault(EVALUATED, -1.0).longValue();
            complete = c.numbers().containsKey(COMPLETE);
          });
      while (nextEvaluation <= evaluated) {
        nextEvaluation = plan.evaluation().after(nextEvaluation);
      }
      writeStatus(RunStatus.State.RUNNING);
      listener.started(step, progress.totalSteps());
      journal.note(
          (from.isPresent() ? "Goes on at step " : "Begins at step ")
              + step
              + " of "
              + progress.totalSteps()
              + ".");
      return loop(from.isPresent());
    } catch (Divergence e) {
      throw diverged(e);
    }
  }

  private RunResult loop(boolean resumed) {
    boolean checkpointed = resumed;
    while (!complete) {
      boolean due = evaluated < progress.step();
      if (due && nextEvaluation <= progress.step()) {
        evaluate(Metric.When.EVALUATION);
      }
      complete = guard.call("procedure", () -> pipeline.procedure().finished(training));
      if (complete && evaluated < progress.step()) {
        evaluate(Metric.When.EVALUATION);
      }
      if (complete) {
        evaluate(Metric.When.END);
      }
      Map<String, Double> row = record.write();
      if (due && evaluated == progress.step()) {
        listener.evaluated(progress.step(), row);
      }
      if (complete) {
        checkpoint();
        break;
      }
      if (!checkpointed && plan.checkpoints().at(progress.step())) {
        checkpoint();
        checkpointed = true;
      }
      if (stop.isRequested()) {
        if (!checkpointed) {
          checkpoint();
        }
        return end(RunStatus.State.STOPPED, RunResult.Outcome.STOPPED);
      }
      step();
      checkpointed = false;
    }
    return end(RunStatus.State.FINISHED, RunResult.Outcome.FINISHED);
  }

  private RunResult end(RunStatus.State state, RunResult.Outcome outcome) {
    writeStatus(state);
    journal.note("Ends at step " + progress.step() + ": " + state.text() + ".");
    return new RunResult(directory.path(), outcome, progress.step());
  }

  private void writeStatus(RunStatus.State state) {
    directory.writeStatus(new RunStatus(state, progress.step(), progress.totalSteps()));
  }

  private void step() {
    training.startStep();
    progress.during(
        Progress.Phase.TRAINING,
        () -> {
          guard.run("procedure", () -> pipeline.procedure().step(training));
          training.endStep();
        });
    progress.setStep(progress.step() + 1);
    listener.stepped(progress.step(), progress.totalSteps(), training.lastLoss());
  }

  /** Takes the metrics that are taken at such a moment. */
  private void evaluate(Metric.When when) {
    checkFinite();
    progress.during(
        Progress.Phase.MEASURING,
        () -> {
          RunSnapshot snapshot = snapshot();
          for (Map.Entry<String, Metric> entry : pipeline.metrics().entrySet()) {
            Metric metric = entry.getValue();
            guard.run(
                "metrics." + entry.getKey(),
                () -> {
                  if (metric.when() == when) {
                    metric.measure(snapshot, record);
                  }
                });
          }
        });
    if (when == Metric.When.END) {
      return;
    }
    for (Map.Entry<String, Double> entry : training.diagnostics().entrySet()) {
      String series = "train/" + entry.getKey();
      if (!record.has(series)) {
        record.number(series, entry.getValue());
      }
    }
    evaluated = progress.step();
    while (nextEvaluation <= evaluated) {
      nextEvaluation = plan.evaluation().after(nextEvaluation);
    }
  }

  private RunSnapshot snapshot() {
    TrainedModel main = training.main();
    State state = main.optimizerState();
    Parameters judged =
        main.isTrainable()
            ? guard.call(
                "optimizer", () -> pipeline.optimizer().forEvaluation(main.parameters(), state))
            : main.parameters();
    MeasuredModel model =
        new MeasuredModel(main, objective, progress.keep(judged), main.buffers(), state);
    return new RunSnapshot(
        progress.step(),
        pipeline.dataset(),
        model,
        List.copyOf(splits),
        objective,
        record.history());
  }

  private void checkFinite() {
    training
        .brokenModel()
        .ifPresent(
            name -> {
              throw new Divergence("a parameter of model '" + name + "' is no longer finite");
            });
  }

  private void checkpoint() {
    checkFinite();
    Checkpoint.Builder builder = new Checkpoint.Builder();
    training.save(builder);
    services.slotStore().save(builder);
    State run = State.empty().with("evaluated", (double) evaluated);
    builder.put("run", complete ? run.with("complete", 1) : run);
    checkpoints.write(builder.build(progress.step(), record.sync()), plan.checkpoints().keep());
    writeStatus(RunStatus.State.RUNNING);
    listener.checkpointed(progress.step());
  }

  private UserError diverged(Divergence cause) {
    List<Long> steps = checkpoints.steps();
    String last =
        steps.isEmpty()
            ? "No checkpoint was written before"
            : "The last good checkpoint is " + checkpoints.data(steps.get(steps.size() - 1));
    return new UserError(
        cause.getMessage()
            + " in step "
            + (progress.step() + 1)
            + ", so the run ends. "
            + last
            + ". Try a lower learning rate (optimizer.learning-rate), a longer warm-up"
            + " (optimizer.schedule.warmup), or look for extreme values in the data.",
        cause);
  }
}
