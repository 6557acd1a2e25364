package org.genlab.runtime.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.genlab.runtime.internal.engine.LockFile;
import org.genlab.runtime.plugins.Revision;
import org.genlab.store.RunDirectory;
import org.genlab.store.UserError;

/**
 * What the lock of a run says: exactly which plugins it was made with, on what, and how it was
 * changed while it ran.
 *
 * @param plugins those it began with
 * @param swaps in the order of their steps
 * @param platform what computed it: version of GenLab, backend, JVM, operating system, by name
 */
public record RunLock(
    List<Revision> plugins, List<RecordedSwap> swaps, Map<String, String> platform) {
  public RunLock {
    plugins = List.copyOf(plugins);
    swaps = swaps.stream().sorted(Comparator.comparingLong(RecordedSwap::step)).toList();
    platform = Map.copyOf(platform);
  }

  /**
   * Reads the lock of a run.
   *
   * @throws UserError when there is none, or it is damaged
   */
  public static RunLock of(RunDirectory run) {
    Map<String, Object> lock = run.lock();
    if (!(lock.get(LockFile.PLUGINS) instanceof List<?>)) {
      throw new UserError(
          run.file(RunDirectory.LOCK)
              + " does not say which plugins the run was made with; only a run with a whole "
              + RunDirectory.LOCK
              + " can be repeated.");
    }
    List<RecordedSwap> swaps = new ArrayList<>();
    if (lock.get(LockFile.SWAPS) instanceof List<?> recorded) {
      for (Object swap : recorded) {
        swaps.add(swap(run, swap));
      }
    }
    return new RunLock(
        LockFile.revisions(lock.get(LockFile.PLUGINS)), swaps, LockFile.platform(lock));
  }

  /** The swaps after which a run goes on with other modules. */
  public List<RecordedSwap> madeSwaps() {
    return swaps.stream().filter(RecordedSwap::isSwapped).toList();
  }

  /** The plugins at a step, before it is swapped there. */
  public List<Revision> pluginsAt(long step) {
    List<Revision> current = plugins;
    for (RecordedSwap swap : madeSwaps()) {
      if (swap.step() < step) {
        current = swap.after();
      }
    }
    return current;
  }

  private static RecordedSwap swap(RunDirectory run, Object recorded) {
    if (recorded instanceof Map<?, ?> map
        && map.get("step") instanceof Number step
        && map.get("overrides") instanceof List<?> overrides) {
      for (SwapOutcome.Result result : SwapOutcome.Result.values()) {
        if (LockFile.text(result).equals(map.get("outcome"))) {
          return new RecordedSwap(
              step.longValue(),
              overrides.stream().map(String::valueOf).toList(),
              result,
              String.valueOf(map.get("message")),
              LockFile.revisions(map.get("before")),
              LockFile.revisions(map.get("after")));
        }
      }
    }
    throw new UserError(
        run.file(RunDirectory.LOCK)
            + String.format(
                Locale.ROOT,
                ": '%s' must be a list of swaps with step, overrides and outcome.",
                LockFile.SWAPS));
  }
}
