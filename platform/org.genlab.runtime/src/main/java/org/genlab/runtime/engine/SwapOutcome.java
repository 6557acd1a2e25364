package org.genlab.runtime.engine;

/**
 * What became of a request to change a running run, see {@link SwapQueue}.
 *
 * @param result what became of it
 * @param step the step boundary at which it was tried: the number of steps made before
 * @param sentence what happened, for whoever asked: what changed, or why it did not
 */
public record SwapOutcome(Result result, long step, String sentence) {
  /** What became of a request. */
  public enum Result {
    /** The run goes on with the new modules, which made their first step. */
    SWAPPED,
    /** The new modules failed; the run goes on as if they had never been asked for. */
    ROLLED_BACK,
    /** It could not be tried, for a reason that whoever asked can put right. */
    REFUSED
  }

  public boolean isSwapped() {
    return result == Result.SWAPPED;
  }
}
