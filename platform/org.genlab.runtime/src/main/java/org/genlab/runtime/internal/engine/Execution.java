package org.genlab.runtime.internal.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.training.State;
import org.genlab.runtime.engine.RecordedSwap;
import org.genlab.runtime.engine.RunListener;
import org.genlab.runtime.engine.RunLock;
import org.genlab.runtime.engine.RunPlan;
import org.genlab.runtime.engine.RunResult;
import org.genlab.runtime.engine.StopSignal;
import org.genlab.runtime.engine.SwapOutcome;
import org.genlab.runtime.engine.SwapQueue;
import org.genlab.runtime.plugins.Leases;
import org.genlab.runtime.plugins.PluginArchive;
import org.genlab.runtime.plugins.Revision;
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
 * is time; stop if asked to; swap modules if asked to. A checkpoint at a step therefore includes
 * the evaluation at that step, and is of the time before a swap there.
 */
public final class Execution {
  private static final String EVALUATED = "run/evaluated";
  private static final String COMPLETE = "run/complete";

  private final RunListener listener;
  private final StopSignal stop;
  private final SwapQueue swaps;
  private final Leases leases;
  private final Optional<PluginArchive> archive;
  private final Journal journal;
  private final Deque<RecordedSwap> repeats = new ArrayDeque<>();
  private RunPlan plan;
  private RunDirectory directory;
  private Optional<float[]> given = Optional.empty();
  private CheckpointStore checkpoints;
  private MetricsLog log;
  private Wired wired;
  private long evaluated = -1;
  private long nextEvaluation;
  private boolean complete;
  private boolean started;

  /**
   * @param plan what is run
   * @param listener watches
   * @param stop ends the run early
   * @param swaps changes it while it runs
   * @param archive keeps its plugins
   */
  public Execution(
      RunPlan plan,
      RunListener listener,
      StopSignal stop,
      SwapQueue swaps,
      Leases leases,
      Optional<PluginArchive> archive) {
    this.plan = plan;
    this.listener = listener;
    this.stop = stop;
    this.swaps = swaps;
    this.leases = leases;
    this.archive = archive;
    this.journal = new Journal(listener);
  }

  /**
   * Begins a run; the calling thread computes on the chosen backend.
   *
   * @param repeated the swaps that are to be made at their steps
   * @param place makes the directory, given the resolved experiment, once everything that can be
   *     checked was
   */
  public RunResult begin(
      List<RecordedSwap> repeated,
      Function<String, RunDirectory> place,
      BackendChoice backend,
      int threads) {
    renew();
    try (Closeable end = wire(Optional.empty())) {
      readGiven();
      directory = place.apply(plan.experiment());
      return lease(
          () -> {
            started = true;
            Map<String, Object> lock = LockFile.of(plan, wired.revisions(), backend, threads);
            for (RecordedSwap swap : repeated) {
              lock = LockFile.with(lock, swap);
              repeats.add(swap);
            }
            directory.writeLock(lock);
            keep();
            return execute(Optional.empty());
          });
    }
  }

  /** Goes on with a run from its last whole checkpoint, or from its beginning if there is none. */
  public RunResult resume(RunDirectory run, BackendChoice backend, int threads) {
    directory = run;
    return lease(
        () -> {
          checkpoints = directory.checkpoints(journal::say);
          Optional<Checkpoint> checkpoint = checkpoints.latest();
          Map<String, Object> lock = directory.lock();
          List<Revision> expected = List.of();
          if (!lock.isEmpty()) {
            expected = recall(RunLock.of(directory), checkpoint.map(Checkpoint::step).orElse(0L));
          }
          try (Closeable end = wire(checkpoint)) {
            if (checkpoint.isEmpty()) {
              readGiven();
            }
            if (lock.isEmpty()) {
              directory.writeLock(LockFile.of(plan, wired.revisions(), backend, threads));
            } else {
              LockFile.differences(lock, expected, wired.revisions(), backend)
                  .forEach(journal::say);
            }
            keep();
            return execute(checkpoint);
          }
        });
  }

  /**
   * Makes the plan that a run had at a step, with the revisions that it had where they are still
   * there, and notes the swaps from then on.
   *
   * @return the revisions that it had
   */
  private List<Revision> recall(RunLock lock, long step) {
    List<RecordedSwap> made = lock.madeSwaps();
    if (plan.replanning().isEmpty()) {
      if (!made.isEmpty()) {
        throw new UserError(
            directory.path()
                + " was swapped while it ran, and can only be resumed with the plugins of a"
                + " container.");
      }
      return lock.plugins();
    }
    plan = plan.replanning().get().repeated(List.of(), lock.plugins());
    for (RecordedSwap swap : made) {
      if (swap.step() < step) {
        plan = plan.replanning().orElseThrow().repeated(swap.overrides(), swap.after());
      } else {
        repeats.add(swap);
      }
    }
    return lock.pluginsAt(step);
  }

  /** Takes the plugins there are now, when one of the plan's was replaced since it was made. */
  private void renew() {
    boolean stale =
        plan.plugins().stream()
            .flatMap(plugin -> plugin.wiring().stream())
            .anyMatch(w -> !w.isInUse() || !w.isCurrent() || leases.isRetired(w.getBundle()));
    if (stale && plan.replanning().isPresent()) {
      plan = plan.replanning().get().repeated(List.of(), List.of());
    }
  }

  /** What is wired, until it is closed; also what it was swapped for meanwhile. */
  private Closeable wire(Optional<Checkpoint> from) {
    wired = Wired.of(plan, leases, journal, from, path -> true);
    return () -> wired.close();
  }

  /** Like {@link AutoCloseable}, without exceptions. */
  private interface Closeable extends AutoCloseable {
    @Override
    void close();
  }

  private void keep() {
    archive.ifPresent(a -> a.keep(wired.plan().plugins()).forEach(journal::say));
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
          new RunStatus(
              RunStatus.State.FAILED,
              wired.progress().step(),
              wired.progress().totalSteps(),
              message));
    } catch (UserError e) {
      // The directory cannot be written, which is most likely what ended the run.
      cause.addSuppressed(e);
    }
  }

  /** Reads the parameters that the run is to begin with, if there is a file of them. */
  private void readGiven() {
    given = plan.initializeFrom().map(file -> ParameterFile.read(file, wired.network().layout()));
  }

  private RunResult execute(Optional<Checkpoint> from) {
    started = true;
    if (checkpoints == null) {
      checkpoints = directory.checkpoints(journal::say);
    }
    long step = from.map(Checkpoint::step).orElse(0L);
    checkpoints.deleteAfter(from.isPresent() ? step : -1);
    directory.deleteArraysAfter(from.isPresent() ? step : -1);
    try (MetricsLog opened =
        MetricsLog.open(
            directory.file(RunDirectory.METRICS), from.map(Checkpoint::metricsBytes).orElse(0L))) {
      log = opened;
      MetricsHistory history = MetricsHistory.of(directory.metrics());
      wired.prepare(
          new MetricsRecord(wired.progress(), directory, history, log),
          given,
          from,
          Optional.empty());
      from.ifPresent(
          c -> {
            evaluated = c.numbers().getOrDefault(EVALUATED, -1.0).longValue();
            complete = c.numbers().containsKey(COMPLETE);
          });
      planEvaluation();
      writeStatus(RunStatus.State.RUNNING);
      listener.started(step, wired.progress().totalSteps());
      journal.note(
          (from.isPresent() ? "Goes on at step " : "Begins at step ")
              + step
              + " of "
              + wired.progress().totalSteps()
              + ".");
      return loop(from.isPresent());
    } catch (Divergence e) {
      throw diverged(e);
    }
  }

  private void planEvaluation() {
    while (nextEvaluation <= evaluated) {
      nextEvaluation = wired.plan().evaluation().after(nextEvaluation);
    }
  }

  private RunResult loop(boolean resumed) {
    boolean checkpointed = resumed;
    while (!complete) {
      boolean due = evaluated < step();
      if (due && nextEvaluation <= step()) {
        evaluate(Metric.When.EVALUATION);
      }
      complete = wired.isFinished();
      if (complete && evaluated < step()) {
        evaluate(Metric.When.EVALUATION);
      }
      if (complete) {
        evaluate(Metric.When.END);
      }
      Map<String, Double> row = wired.record().write();
      if (due && evaluated == step()) {
        listener.evaluated(step(), row);
      }
      if (complete) {
        checkpoint();
        break;
      }
      if (!checkpointed && wired.plan().checkpoints().at(step())) {
        checkpoint();
        checkpointed = true;
      }
      if (stop.isRequested()) {
        if (!checkpointed) {
          checkpoint();
        }
        return end(RunStatus.State.STOPPED, RunResult.Outcome.STOPPED);
      }
      if (!swap(checkpointed)) {
        wired.step();
      }
      checkpointed = false;
      listener.stepped(step(), wired.progress().totalSteps(), wired.training().lastLoss());
    }
    return end(RunStatus.State.FINISHED, RunResult.Outcome.FINISHED);
  }

  private long step() {
    return wired.progress().step();
  }

  private RunResult end(RunStatus.State state, RunResult.Outcome outcome) {
    writeStatus(state);
    journal.note("Ends at step " + step() + ": " + state.text() + ".");
    return new RunResult(directory.path(), outcome, step());
  }

  private void writeStatus(RunStatus.State state) {
    directory.writeStatus(new RunStatus(state, step(), wired.progress().totalSteps()));
  }

  // ---- swaps
  // --------------------------------------------------------------------------------------

  /**
   * Tries the swaps that are due, until one is made.
   *
   * @return whether one was made, and with it the first step of the new modules
   */
  private boolean swap(boolean checkpointed) {
    boolean saved = checkpointed;
    while (!repeats.isEmpty() && repeats.peek().step() == step()) {
      RecordedSwap recorded = repeats.remove();
      if (!saved) {
        checkpoint();
      }
      SwapOutcome outcome =
          new Swap(this, recorded.overrides(), Optional.of(recorded.after())).make();
      if (!outcome.isSwapped()) {
        throw new UserError(
            "the swap at step "
                + step()
                + " that the run's record has ("
                + String.join(" ", recorded.overrides())
                + ") cannot be repeated: "
                + outcome.sentence());
      }
      return true;
    }
    for (Optional<SwapQueue.Request> next = swaps.next(); next.isPresent(); next = swaps.next()) {
      SwapQueue.Request request = next.get();
      if (!saved) {
        checkpoint();
        saved = true;
      }
      SwapOutcome outcome;
      try {
        outcome = new Swap(this, request.overrides(), Optional.empty()).make();
      } catch (RuntimeException | Error e) {
        request
            .outcome()
            .complete(
                new SwapOutcome(
                    SwapOutcome.Result.ROLLED_BACK, step(), "the run failed: " + e.getMessage()));
        throw e;
      }
      request.outcome().complete(outcome);
      if (outcome.isSwapped()) {
        return true;
      }
    }
    return false;
  }

  /** What is wired now. */
  Wired wired() {
    return wired;
  }

  Leases leases() {
    return leases;
  }

  Journal journal() {
    return journal;
  }

  /** Parameters from a file that the run began with. */
  Optional<float[]> given() {
    return given;
  }

  /** The state of the run at this step boundary. */
  Checkpoint state() {
    return build(wired.record().sync());
  }

  /** A record for a trial: all that was measured so far, and nothing of it will be written yet. */
  MetricsRecord recordOf(Progress progress) {
    return wired.record().copyFor(progress);
  }

  /** Records a swap for those who read the run's lock. */
  void note(RecordedSwap swap) {
    directory.writeLock(LockFile.with(directory.lock(), swap));
  }

  /** Goes on with other modules, which have made a step. */
  void goOnWith(Wired next) {
    Wired before = wired;
    wired = next;
    nextEvaluation = 0;
    planEvaluation();
    before.close();
    keep();
  }

  // ---- measurements
  // -------------------------------------------------------------------------------

  /** Takes the metrics that are taken at such a moment. */
  private void evaluate(Metric.When when) {
    wired.checkFinite();
    wired.measure(when, wired.record(), path -> true);
    if (when == Metric.When.END) {
      return;
    }
    for (Map.Entry<String, Double> entry : wired.training().diagnostics().entrySet()) {
      String series = "train/" + entry.getKey();
      if (!wired.record().has(series)) {
        wired.record().number(series, entry.getValue());
      }
    }
    evaluated = step();
    planEvaluation();
  }

  private void checkpoint() {
    wired.checkFinite();
    checkpoints.write(state(), wired.plan().checkpoints().keep());
    writeStatus(RunStatus.State.RUNNING);
    listener.checkpointed(step());
  }

  private Checkpoint build(long metricsBytes) {
    Checkpoint.Builder builder = new Checkpoint.Builder();
    wired.training().save(builder);
    wired.slots().save(builder);
    State run = State.empty().with("evaluated", (double) evaluated);
    builder.put("run", complete ? run.with("complete", 1) : run);
    return builder.build(step(), metricsBytes);
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
            + (step() + 1)
            + ", so the run ends. "
            + last
            + ". Try a lower learning rate (optimizer.learning-rate), a longer warm-up"
            + " (optimizer.schedule.warmup), or look for extreme values in the data.",
        cause);
  }
}
