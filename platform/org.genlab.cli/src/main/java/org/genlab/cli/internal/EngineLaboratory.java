package org.genlab.cli.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.lab.Submission;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.engine.RunEngine;
import org.genlab.runtime.engine.RunListener;
import org.genlab.runtime.engine.RunPlan;
import org.genlab.runtime.engine.RunResult;
import org.genlab.runtime.engine.StopSignal;
import org.genlab.runtime.engine.SwapQueue;
import org.genlab.runtime.plugins.Experiment;
import org.genlab.runtime.plugins.Plan;
import org.genlab.runtime.plugins.Wiring;
import org.genlab.store.RunDirectory;
import org.genlab.store.RunStatus;
import org.genlab.study.Laboratory;
import org.genlab.study.RunEntry;

/** Runs experiments with the plugins of a wiring on the run engine of this process. */
final class EngineLaboratory implements Laboratory {
  private final Wiring wiring;
  private final RunEngine engine;

  EngineLaboratory(Lab lab) {
    this.wiring = lab.wiring();
    this.engine = new RunEngine(lab.leases(), lab.archive());
  }

  @Override
  public Ready prepare(Node.MapNode experiment) {
    return new Ready(wiring.plan(Experiment.of(experiment)));
  }

  @Override
  public Analysis analysis(String name, Node block) {
    return wiring.analysis("analyses." + name, name, block, new AnalysisHost(name));
  }

  @Override
  public RunRecord read(Path directory, String arm) {
    return RunDirectory.open(directory).record(arm);
  }

  @Override
  public RunEntry.Status status(Path directory) {
    if (!Files.isRegularFile(directory.resolve(RunDirectory.EXPERIMENT))) {
      return RunEntry.Status.PENDING;
    }
    RunStatus.State state =
        RunDirectory.open(directory).status().map(RunStatus::state).orElse(null);
    if (state == null) {
      return RunEntry.Status.PENDING;
    }
    return switch (state) {
      case FINISHED -> RunEntry.Status.FINISHED;
      case FAILED -> RunEntry.Status.FAILED;
      case STOPPED, RUNNING -> RunEntry.Status.STOPPED;
    };
  }

  /** An experiment whose plugins are found and whose settings are bound. */
  final class Ready implements Prepared {
    private final Plan plan;

    private Ready(Plan plan) {
      this.plan = plan;
    }

    String name() {
      return plan.experiment().name();
    }

    long seed() {
      return plan.experiment().seed();
    }

    @Override
    public String digest() {
      return plan.digest();
    }

    @Override
    public long totalSteps() {
      return Submission.totalSteps(plan);
    }

    @Override
    public RunResult run(Path directory, int threads, RunListener listener, StopSignal stop) {
      RunPlan run = runPlan(threads);
      if (Files.isRegularFile(directory.resolve(RunDirectory.EXPERIMENT))) {
        return engine.resume(run, RunDirectory.open(directory), listener, stop);
      }
      return engine.run(
          run, experiment -> RunDirectory.createAt(directory, experiment), listener, stop);
    }

    /** Runs it in a directory that is made when all that can be checked was. */
    RunResult run(
        Function<String, RunDirectory> place,
        int threads,
        RunListener listener,
        StopSignal stop,
        SwapQueue swaps) {
      return engine.run(runPlan(threads), place, listener, stop, swaps);
    }

    RunResult resume(
        RunDirectory directory,
        int threads,
        RunListener listener,
        StopSignal stop,
        SwapQueue swaps) {
      return engine.resume(runPlan(threads), directory, listener, stop, swaps);
    }

    /** What the experiment itself says about threads goes before the number given. */
    private RunPlan runPlan(int threads) {
      return RunPlan.of(plan).withDefaultThreads(threads);
    }
  }
}
