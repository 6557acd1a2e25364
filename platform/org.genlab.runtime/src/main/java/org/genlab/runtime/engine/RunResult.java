package org.genlab.runtime.engine;

import java.nio.file.Path;

/**
 * How a run ended.
 *
 * @param directory the run's directory
 * @param outcome finished by its procedure, or stopped on request (and resumable)
 * @param steps the number of steps made in all
 */
public record RunResult(Path directory, Outcome outcome, long steps) {
  /** How a run ended. */
  public enum Outcome {
    FINISHED,
    STOPPED
  }
}
