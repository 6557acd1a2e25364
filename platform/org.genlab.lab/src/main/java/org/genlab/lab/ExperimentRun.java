package org.genlab.lab;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.config.Yaml;
import org.genlab.runtime.engine.RunPlan;
import org.genlab.runtime.engine.RunResult;
import org.genlab.runtime.engine.StopSignal;
import org.genlab.runtime.engine.SwapOutcome;
import org.genlab.runtime.engine.SwapQueue;
import org.genlab.runtime.plugins.Experiment;
import org.genlab.runtime.plugins.PluginException;
import org.genlab.store.RunDirectory;
import org.genlab.store.RunStatus;
import org.genlab.store.UserError;

/** A run computed by this process, from a task to its last event. */
final class ExperimentRun {
  /** How long a run that another process is just ending is waited for. */
  private static final long PATIENCE_MILLIS = 90_000;

  private final Plugins plugins;
  private final Runners.Task task;
  private final RunEvents events;
  private final StopSignal stop = new StopSignal();
  private final SwapQueue swaps = new SwapQueue();

  /**
   * @param events takes what happens
   */
  ExperimentRun(Plugins plugins, Runners.Task task, Consumer<ObjectNode> events) {
    this.plugins = plugins;
    this.task = task;
    this.events = new RunEvents(events);
  }

  void stop() {
    stop.request();
  }

  CompletableFuture<SwapOutcome> swap(List<String> overrides) {
    try {
      plugins.refresh();
    } catch (UserError e) {
      return CompletableFuture.completedFuture(
          new SwapOutcome(SwapOutcome.Result.REFUSED, events.step(), e.getMessage()));
    }
    return swaps.request(overrides);
  }

  long step() {
    return events.step();
  }

  /** Computes; whatever happens, an event tells the end. */
  void run() {
    try {
      RunResult result = compute();
      if (result.outcome() == RunResult.Outcome.STOPPED) {
        events.ended(RunEvents.End.STOPPED, "");
        return;
      }
      try {
        plugins.finished(task.directory());
      } catch (RuntimeException e) {
        events.logged("the report could not be written: " + e.getMessage());
      }
      events.ended(RunEvents.End.FINISHED, "");
    } catch (UserError e) {
      events.ended(RunEvents.End.FAILED, e.getMessage());
    } catch (PluginException e) {
      events.ended(RunEvents.End.FAILED, e.getMessage() + advice(e));
    } catch (Throwable e) {
      // Whoever counts on this run must learn of its end.
      events.ended(RunEvents.End.FAILED, "internal error: " + e + advice(e));
    }
  }

  private RunResult compute() {
    Path directory = task.directory();
    if (Files.isRegularFile(directory.resolve(RunDirectory.EXPERIMENT))) {
      RunDirectory run = RunDirectory.open(directory);
      awaitFree(run);
      plugins.began(directory);
      RunPlan plan = plan(Yaml.parse(run.file(RunDirectory.EXPERIMENT)));
      return plugins.engine().resume(plan, run, events, stop, swaps);
    }
    RunPlan plan = plan(Yaml.parse(task.experiment(), task.source()));
    return plugins
        .engine()
        .run(
            plan,
            resolved -> {
              RunDirectory made = RunDirectory.createAt(directory, resolved);
              plugins.began(directory);
              return made;
            },
            events,
            stop,
            swaps);
  }

  private RunPlan plan(Node experiment) {
    Node.MapNode map =
        experiment.asMap().orElseThrow(() -> experiment.error("an experiment is a map of blocks"));
    return RunPlan.of(plugins.wiring().plan(Experiment.of(map))).withDefaultThreads(task.threads());
  }

  /** The process of a lab that was killed takes a moment to write its last checkpoint. */
  private void awaitFree(RunDirectory run) {
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    try {
      while (run.isInUse() && System.nanoTime() < end && !stop.isRequested()) {
        Thread.sleep(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Keeps the stack trace in the run's log, and says what can be done about a broken plugin. */
  private String advice(Throwable problem) {
    Path log = task.directory().resolve(RunDirectory.LOG);
    String where = "";
    if (Files.isDirectory(task.directory())) {
      StringWriter trace = new StringWriter();
      problem.printStackTrace(new PrintWriter(trace));
      try {
        Files.writeString(
            log, trace.toString(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        where = "the stack trace is in " + log + "; ";
      } catch (IOException e) {
        // The sentence is still told.
      }
    }
    return problem instanceof PluginException
        ? "; " + where + "take another version of the plugin, or tell its author."
        : where.isEmpty() ? "" : "; " + where.substring(0, where.length() - 2) + ".";
  }

  /** Notes in the run's directory that it failed, for a process that is about to end. */
  static void fail(Path directory, long step, String reason) {
    if (!Files.isRegularFile(directory.resolve(RunDirectory.EXPERIMENT))) {
      return;
    }
    try {
      RunDirectory run = RunDirectory.open(directory);
      Optional<RunStatus> before = run.status();
      if (before.isPresent() && before.get().state() == RunStatus.State.FINISHED) {
        return;
      }
      run.log("Failed: " + reason);
      run.writeStatus(
          new RunStatus(
              RunStatus.State.FAILED,
              Math.max(step, before.map(RunStatus::step).orElse(0L)),
              before.map(RunStatus::totalSteps).orElse(0L),
              reason));
    } catch (UserError e) {
      // What the directory says is then out of date; who asks the lab learns the reason.
    }
  }
}
