package org.genlab.runtime.engine;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.genlab.runtime.internal.engine.BackendChoice;
import org.genlab.runtime.internal.engine.Execution;
import org.genlab.runtime.plugins.Leases;
import org.genlab.runtime.plugins.PluginArchive;
import org.genlab.store.RunDirectory;
import org.genlab.store.UserError;
import org.genlab.tensor.Compute;
import org.genlab.tensor.backend.Backend;

/**
 * Runs experiments. A run is computed on the calling thread and on as many helper threads as its
 * plan says; the bits of its results depend neither on their number nor on interruptions: stopped
 * or killed at any moment and resumed, a run ends with the weights and the metrics of the
 * uninterrupted one.
 */
public final class RunEngine {
  private final Leases leases;
  private final Optional<PluginArchive> archive;

  /** For plugins that need no leases. */
  public RunEngine() {
    this(Leases.none(), Optional.empty());
  }

  /**
   * @param leases where runs lease the plugins they are wired with
   * @param archive keeps them
   */
  public RunEngine(Leases leases, Optional<PluginArchive> archive) {
    this.leases = leases;
    this.archive = archive;
  }

  /**
   * Runs a plan from its beginning.
   *
   * @param plan what to run
   * @param place makes the run's directory, given the resolved experiment; called when everything
   *     that can be checked beforehand was, so that a mistake in the experiment leaves nothing
   *     behind
   * @param listener watches
   * @param stop ends the run at a step boundary, with a checkpoint
   * @throws UserError when something is wrong that the user can put right; also when training
   *     diverges
   * @throws org.genlab.runtime.plugins.PluginException when a plugin fails
   */
  public RunResult run(
      RunPlan plan, Function<String, RunDirectory> place, RunListener listener, StopSignal stop) {
    return run(plan, place, listener, stop, new SwapQueue());
  }

  /**
   * Runs a plan from its beginning.
   *
   * @param swaps changes of the run while it runs; refused when it has ended
   * @see #run(RunPlan, Function, RunListener, StopSignal)
   */
  public RunResult run(
      RunPlan plan,
      Function<String, RunDirectory> place,
      RunListener listener,
      StopSignal stop,
      SwapQueue swaps) {
    return withBackend(
        plan,
        swaps,
        (backend, threads) ->
            execution(plan, listener, stop, swaps).begin(List.of(), place, backend, threads));
  }

  /**
   * Runs a plan from its beginning, and repeats what was changed in an earlier run while that ran:
   * the same overrides at the same steps, with the same revisions where they are still to be had.
   *
   * @param repeated the swaps
   * @throws UserError when one of them cannot be repeated
   * @see #run(RunPlan, Function, RunListener, StopSignal)
   */
  public RunResult repeat(
      RunPlan plan,
      List<RecordedSwap> repeated,
      Function<String, RunDirectory> place,
      RunListener listener,
      StopSignal stop) {
    SwapQueue swaps = new SwapQueue();
    return withBackend(
        plan,
        swaps,
        (backend, threads) ->
            execution(plan, listener, stop, swaps).begin(repeated, place, backend, threads));
  }

  private Execution execution(
      RunPlan plan, RunListener listener, StopSignal stop, SwapQueue swaps) {
    return new Execution(plan, listener, stop, swaps, leases, archive);
  }

  /**
   * Goes on with an interrupted run from its newest whole checkpoint. A finished run stays as it
   * is.
   *
   * @param plan made from the experiment in the directory
   * @param directory of the run
   * @see #run
   */
  public RunResult resume(
      RunPlan plan, RunDirectory directory, RunListener listener, StopSignal stop) {
    return resume(plan, directory, listener, stop, new SwapQueue());
  }

  /**
   * Goes on with an interrupted run.
   *
   * @param swaps changes of the run while it runs; refused when it has ended
   * @see #resume(RunPlan, RunDirectory, RunListener, StopSignal)
   */
  public RunResult resume(
      RunPlan plan,
      RunDirectory directory,
      RunListener listener,
      StopSignal stop,
      SwapQueue swaps) {
    return withBackend(
        plan,
        swaps,
        (backend, threads) ->
            execution(plan, listener, stop, swaps).resume(directory, backend, threads));
  }

  private static RunResult withBackend(
      RunPlan plan, SwapQueue swaps, BiFunction<BackendChoice, Integer, RunResult> execution) {
    int threads = plan.threads().orElse(Runtime.getRuntime().availableProcessors());
    if (threads < 1) {
      throw new UserError("threads: " + threads + " is too few; there must be at least 1.");
    }
    long steps = 0;
    try {
      BackendChoice choice = BackendChoice.of(plan);
      Backend backend = choice.create(threads);
      try {
        Compute.Binding binding = Compute.use(backend);
        try {
          RunResult result = execution.apply(choice, threads);
          steps = result.steps();
          return result;
        } finally {
          binding.close();
        }
      } finally {
        backend.close();
      }
    } finally {
      swaps.close(steps, "the run has ended, so nothing in it can be swapped.");
    }
  }
}
