package org.genlab.cli.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.config.Yaml;
import org.genlab.runtime.engine.RecordedSwap;
import org.genlab.runtime.engine.RunEngine;
import org.genlab.runtime.engine.RunListener;
import org.genlab.runtime.engine.RunLock;
import org.genlab.runtime.engine.RunPlan;
import org.genlab.runtime.engine.RunResult;
import org.genlab.runtime.engine.StopSignal;
import org.genlab.runtime.plugins.Experiment;
import org.genlab.runtime.plugins.Revision;
import org.genlab.runtime.plugins.Wiring;
import org.genlab.store.Checkpoint;
import org.genlab.store.RunDifference;
import org.genlab.store.RunDirectory;
import org.genlab.store.RunStatus;
import org.genlab.store.UserError;

/** A run of the past that is made again: with the plugins it had then, or with some of today. */
final class Rerun implements AutoCloseable {
  private final RunDirectory original;
  private final RunLock lock;
  private final long target;
  private final boolean finished;
  private final RecordedCatalog catalog;
  private final Wiring wiring;
  private final RunEngine engine;

  /**
   * @throws UserError when the run has nothing to compare with
   */
  Rerun(Lab lab, RunDirectory original) {
    this.original = original;
    this.lock = RunLock.of(original);
    if (original.isInUse()) {
      throw new UserError(
          "the run "
              + original.path()
              + " is going on; wait for its end, or stop it, before it is repeated.");
    }
    this.target =
        original
            .checkpoints(warning -> {})
            .latest()
            .map(Checkpoint::step)
            .orElseThrow(
                () ->
                    new UserError(
                        original.path()
                            + " has no checkpoint, so there is nothing to compare a repetition"
                            + " with; start it anew with 'genlab run "
                            + original.file(RunDirectory.EXPERIMENT)
                            + "'."));
    this.finished = original.status().map(s -> s.state() == RunStatus.State.FINISHED).orElse(false);
    this.catalog = new RecordedCatalog(lab.plugins(), lab.archive());
    this.wiring = Wiring.with(catalog);
    this.engine = new RunEngine(lab.leases(), lab.archive());
  }

  RunLock lock() {
    return lock;
  }

  /** The step up to which is compared: that of the last checkpoint. */
  long target() {
    return target;
  }

  /** All revisions that the run ever had, each once. */
  List<Revision> revisions() {
    Set<Revision> revisions = new LinkedHashSet<>(lock.plugins());
    swaps().forEach(swap -> revisions.addAll(swap.after()));
    return List.copyOf(revisions);
  }

  /**
   * Obtains all revisions of the run.
   *
   * @return a sentence for each that is not to be had
   */
  Map<Revision, String> obtain() {
    Map<Revision, String> missing = new LinkedHashMap<>();
    for (Revision revision : revisions()) {
      catalog
          .obtain(revision)
          .ifPresent(
              reason ->
                  missing.put(
                      revision,
                      "the "
                          + revision.kind()
                          + " at "
                          + revision.path()
                          + " ("
                          + revision.describe()
                          + ") is not to be had: "
                          + reason));
    }
    return missing;
  }

  private List<RecordedSwap> swaps() {
    return lock.madeSwaps().stream().filter(swap -> swap.step() < target).toList();
  }

  /**
   * The plan it begins with.
   *
   * @param recorded which of the recorded revisions are taken; for the others, the latest of today
   */
  RunPlan plan(Predicate<Revision> recorded) {
    Node experiment = Yaml.parse(original.file(RunDirectory.EXPERIMENT));
    return RunPlan.of(
        wiring.plan(
            Experiment.of(experiment),
            wiring.recorded(lock.plugins().stream().filter(recorded).toList())));
  }

  /** Makes the run again, up to the last checkpoint of the original. */
  RunResult run(
      Predicate<Revision> recorded,
      int threads,
      Function<String, RunDirectory> place,
      RunListener listener,
      StopSignal stop) {
    StopSignal end = new StopSignal();
    List<RecordedSwap> swaps =
        swaps().stream()
            .map(
                s ->
                    new RecordedSwap(
                        s.step(),
                        s.overrides(),
                        s.result(),
                        s.sentence(),
                        s.before(),
                        s.after().stream().filter(recorded).toList()))
            .toList();
    return engine.repeat(
        plan(recorded).withDefaultThreads(threads),
        swaps,
        place,
        new Until(finished ? Long.MAX_VALUE : target, listener, stop, end),
        end);
  }

  /** Ends a run at a step, or when it is asked to. */
  private record Until(long target, RunListener listener, StopSignal asked, StopSignal end)
      implements RunListener {
    @Override
    public void started(long step, long totalSteps) {
      listener.started(step, totalSteps);
      check(step);
    }

    @Override
    public void stepped(long steps, long totalSteps, float loss) {
      listener.stepped(steps, totalSteps, loss);
      check(steps);
    }

    private void check(long steps) {
      if (steps >= target || asked.isRequested()) {
        end.request();
      }
    }

    @Override
    public void evaluated(long step, Map<String, Double> values) {
      listener.evaluated(step, values);
    }

    @Override
    public void checkpointed(long step) {
      listener.checkpointed(step);
    }

    @Override
    public void logged(String line) {
      listener.logged(line);
    }
  }

  /** Compares a repetition; empty when it has the same bits. */
  Optional<RunDifference> compare(RunResult result) {
    if (result.steps() != target) {
      return Optional.of(
          new RunDifference(
              Math.min(result.steps(), target),
              "",
              "the run ended at step " + target + " then, and at step " + result.steps() + " now"));
    }
    return RunDifference.between(original, RunDirectory.open(result.directory()), target);
  }

  /** A line for each thing that computed the run then and is another now. */
  List<String> platformChanges(Path directory) {
    Map<String, String> now = RunLock.of(RunDirectory.open(directory)).platform();
    List<String> lines = new ArrayList<>();
    lock.platform()
        .forEach(
            (name, then) -> {
              if (!then.equals(now.getOrDefault(name, ""))) {
                lines.add(name + ": " + then + " then, " + now.get(name) + " now");
              }
            });
    lines.sort(null);
    return lines;
  }

  /** A line for each place at which a repetition has another plugin than the original. */
  List<String> pluginChanges(Path directory) {
    Set<String> lines = new LinkedHashSet<>();
    changes(
        directory,
        (then, now) ->
            lines.add(then.path() + ": " + then.describe() + " then, " + now.describe() + " now"));
    return List.copyOf(lines);
  }

  /** The bundles, as the run had them, of which a repetition has others. */
  List<String> changedBundles(Path directory) {
    Set<String> bundles = new LinkedHashSet<>();
    changes(directory, (then, now) -> bundles.add(then.bundle()));
    return List.copyOf(bundles);
  }

  private void changes(Path directory, BiConsumer<Revision, Revision> changed) {
    RunLock now = RunLock.of(RunDirectory.open(directory));
    changes(lock.plugins(), now.plugins(), changed);
    List<RecordedSwap> then = swaps();
    for (int i = 0; i < Math.min(then.size(), now.swaps().size()); i++) {
      changes(then.get(i).after(), now.swaps().get(i).after(), changed);
    }
  }

  private static void changes(
      List<Revision> then, List<Revision> now, BiConsumer<Revision, Revision> changed) {
    for (Revision old : then) {
      now.stream()
          .filter(r -> r.path().equals(old.path()) && !r.isSame(old))
          .forEach(r -> changed.accept(old, r));
    }
  }

  @Override
  public void close() {
    catalog.close();
  }
}
