package org.genlab.runtime.engine;

import java.util.List;
import org.genlab.runtime.plugins.Revision;

/**
 * A change of a run while it ran, as it stands in the run's lock.
 *
 * @param step the number of steps made before it
 * @param overrides what was asked for, see {@link SwapQueue}
 * @param result what became of it; requests that were refused at once are not recorded
 * @param sentence what happened
 * @param before the plugins before
 * @param after the plugins that were asked for, which are those of the run from then on unless it
 *     was rolled back; empty when they were not found
 */
public record RecordedSwap(
    long step,
    List<String> overrides,
    SwapOutcome.Result result,
    String sentence,
    List<Revision> before,
    List<Revision> after) {
  public RecordedSwap {
    overrides = List.copyOf(overrides);
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /** Whether the run went on with the new modules. */
  public boolean isSwapped() {
    return result == SwapOutcome.Result.SWAPPED;
  }
}
