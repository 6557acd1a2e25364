package org.genlab.cli.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.genlab.lab.ExitWatch;
import org.genlab.lab.Plugins;
import org.genlab.lab.RunControl;
import org.genlab.lab.RunEvents;
import org.genlab.runtime.engine.RunListener;
import org.genlab.runtime.engine.RunResult;
import org.genlab.runtime.engine.StopSignal;
import org.genlab.runtime.engine.SwapQueue;
import org.genlab.store.RunDirectory;
import org.genlab.store.StoredRun;
import org.genlab.store.UserError;
import org.genlab.study.RunEntry;
import org.genlab.study.report.NumberText;
import org.genlab.study.report.Reports;

/** Carries runs through, one after the other: progress, last numbers, reports. */
final class RunSession {
  static final String STOPPING = "stopping after this step...";

  private final Terminal terminal;
  private final boolean json;
  private final Supplier<Plugins> plugins;

  /**
   * @param plugins of this process
   */
  RunSession(Terminal terminal, boolean json, Supplier<Plugins> plugins) {
    this.terminal = terminal;
    this.json = json;
    this.plugins = plugins;
  }

  /** A run that is ready to go. */
  interface Job {
    /** What the run is called in progress and tables. */
    String name();

    long seed();

    long totalSteps();

    /** Where it writes; null before it has a directory. */
    Path directory();

    RunResult run(RunListener listener, StopSignal stop, SwapQueue swaps);
  }

  /**
   * Runs the jobs.
   *
   * @return the exit code
   */
  int run(List<? extends Job> jobs) {
    List<Path> finished = new ArrayList<>();
    Path stopped = null;
    int signal = 0;
    try (Display display = Display.of(terminal, json);
        Interrupts interrupts = Interrupts.open(() -> display.say(STOPPING))) {
      List<SingleRun> runs = new ArrayList<>();
      for (Job job : jobs) {
        runs.add(
            new SingleRun(
                display, job.name(), job.seed(), job.totalSteps(), runs.size(), jobs.size()));
      }
      display.planned(runs.stream().map(SingleRun::planned).toList());
      for (int i = 0; i < runs.size() && stopped == null; i++) {
        RunResult result = run(jobs.get(i), runs.get(i), interrupts.stop());
        if (result.outcome() == RunResult.Outcome.FINISHED) {
          finished.add(result.directory());
        } else {
          stopped = result.directory();
        }
      }
      signal = interrupts.exitCode();
    } catch (UserError | RunFailure e) {
      report(finished);
      throw e;
    }
    report(finished);
    return stopped == null ? Genlab.OK : stopped(terminal, json, stopped, signal);
  }

  /** Runs a job; other processes may watch, stop and change it meanwhile. */
  private RunResult run(Job job, SingleRun listener, StopSignal stop) {
    SwapQueue swaps = new SwapQueue();
    Plugins live = plugins.get();
    try (ExitWatch exit =
            ExitWatch.open(
                live,
                () -> listener.steps() + 1,
                sentence -> terminal.err().println("\ngenlab: " + sentence));
        RunControl control =
            new RunControl(
                job::directory,
                listener,
                stop,
                overrides -> {
                  live.refresh();
                  return swaps.request(overrides);
                })) {
      return run(job, listener, control, stop, swaps);
    }
  }

  private static RunResult run(
      Job job, SingleRun listener, RunControl control, StopSignal stop, SwapQueue swaps) {
    try {
      RunResult result = job.run(control, stop, swaps);
      control.ended(
          result.outcome() == RunResult.Outcome.FINISHED
              ? RunEvents.End.FINISHED
              : RunEvents.End.STOPPED,
          "");
      listener.ended(
          result.outcome() == RunResult.Outcome.FINISHED
              ? RunEntry.Status.FINISHED
              : RunEntry.Status.STOPPED,
          "");
      return result;
    } catch (UserError e) {
      control.ended(RunEvents.End.FAILED, e.getMessage());
      listener.ended(RunEntry.Status.FAILED, e.getMessage());
      throw e;
    } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError e) {
      control.ended(RunEvents.End.FAILED, String.valueOf(e));
      listener.ended(RunEntry.Status.FAILED, String.valueOf(e));
      Path log = job.directory() == null ? null : job.directory().resolve(RunDirectory.LOG);
      throw new RunFailure(job.name() + " failed: " + e, log, e);
    }
  }

  private void report(List<Path> directories) {
    if (directories.isEmpty()) {
      return;
    }
    TextTable table =
        new TextTable("run", "#seed", "#steps", "#train acc.", "#val. acc.", "#val. loss");
    List<String> pages = new ArrayList<>();
    for (Path directory : directories) {
      StoredRun run = RunDirectory.open(directory).record(directory.getFileName().toString());
      long steps = run.directory().status().map(s -> s.step()).orElse(0L);
      table.row(
          directory.getFileName().toString(),
          Long.toString(run.seed()),
          Long.toString(steps),
          NumberText.percent(last(run, "train/accuracy")),
          NumberText.percent(last(run, "validation/accuracy")),
          NumberText.number(last(run, "validation/loss")));
      Reports.Written written = Reports.writeRun(directory);
      written.notices().forEach(notice -> terminal.err().println("genlab: " + notice));
      pages.add("  " + written.page());
      if (json) {
        try (Display display = Display.of(terminal, true)) {
          display.runWritten(directory, "finished", steps);
        }
      }
    }
    if (!json) {
      terminal.out().println();
      table.lines("  ").forEach(terminal.out()::println);
      terminal.out().println();
      terminal.out().println(terminal.style(Terminal.Style.BOLD, "Written"));
      pages.forEach(terminal.out()::println);
    }
  }

  private static double last(StoredRun run, String series) {
    return run.history().series(series).map(s -> s.last().orElse(Double.NaN)).orElse(Double.NaN);
  }

  /** Says how to go on with what was stopped, and returns the exit code. */
  static int stopped(Terminal terminal, boolean json, Path directory, int signal) {
    if (json) {
      try (Display display = Display.of(terminal, true)) {
        display.runWritten(directory, "stopped", 0);
      }
    }
    terminal.err().println("stopped; go on with: genlab resume " + directory);
    return signal == 0 ? Interrupts.INTERRUPTED : signal;
  }

  /** A job of an experiment in a new or an existing directory. */
  static final class ExperimentJob implements Job {
    private final EngineLaboratory.Ready ready;
    private final String name;
    private final int threads;
    private final Function<String, RunDirectory> place;
    private final RunDirectory existing;
    private Path directory;

    private ExperimentJob(
        EngineLaboratory.Ready ready,
        String name,
        int threads,
        Function<String, RunDirectory> place,
        RunDirectory existing) {
      this.ready = ready;
      this.name = name;
      this.threads = threads;
      this.place = place;
      this.existing = existing;
      this.directory = existing == null ? null : existing.path();
    }

    static ExperimentJob create(
        EngineLaboratory.Ready ready,
        String name,
        int threads,
        Function<String, RunDirectory> place) {
      return new ExperimentJob(ready, name, threads, place, null);
    }

    static ExperimentJob resume(
        EngineLaboratory.Ready ready, String name, int threads, RunDirectory existing) {
      return new ExperimentJob(ready, name, threads, null, existing);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public long seed() {
      return ready.seed();
    }

    @Override
    public long totalSteps() {
      return ready.totalSteps();
    }

    @Override
    public Path directory() {
      return directory;
    }

    @Override
    public RunResult run(RunListener listener, StopSignal stop, SwapQueue swaps) {
      if (existing != null) {
        return ready.resume(existing, threads, listener, stop, swaps);
      }
      return ready.run(
          experiment -> {
            RunDirectory made = place.apply(experiment);
            directory = made.path();
            return made;
          },
          threads,
          listener,
          stop,
          swaps);
    }
  }
}
