package org.genlab.cli.internal;

import java.nio.file.Path;

/** A run that failed through no mistake of the user's. */
final class RunFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Path log;

  /**
   * @param log takes the stack trace; null when the run has no directory yet
   */
  RunFailure(String sentence, Path log, Throwable cause) {
    super(sentence, cause);
    this.log = log;
  }

  Path log() {
    return log;
  }
}
