package org.genlab.store;

import java.util.Locale;

/**
 * How a run stands.
 *
 * @param state what it is doing, or how it ended
 * @param step the number of steps made when this was written
 * @param totalSteps the number of steps planned; 0 when not known yet
 * @param message why it failed; empty otherwise
 */
public record RunStatus(State state, long step, long totalSteps, String message) {
  /** What a run is doing, or how it ended. */
  public enum State {
    /** Being run; or, when no process holds the directory, killed. */
    RUNNING,
    FINISHED,
    /** Ended on request, with a checkpoint. */
    STOPPED,
    FAILED;

    /** The state as it is spelled in files. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public RunStatus(State state, long step, long totalSteps) {
    this(state, step, totalSteps, "");
  }
}
