package org.genlab.cli.internal;

import java.nio.file.Path;
import org.genlab.study.StudyListener;
import org.genlab.study.StudyResult;

/** Shows how runs go, and what came out. */
interface Display extends StudyListener, AutoCloseable {
  /** A message that must be seen now, e.g. that the runs are being stopped. */
  void say(String line);

  /** A study ended; what it found was printed or is to be. */
  default void studyEnded(Path directory, StudyResult result) {}

  /** A single run ended. */
  default void runWritten(Path directory, String outcome, long steps) {}

  /** Leaves the terminal as it was. */
  @Override
  void close();

  /** The display that fits. */
  static Display of(Terminal terminal, boolean json) {
    if (json) {
      return new JsonDisplay(terminal.out());
    }
    return terminal.live() ? new LiveDisplay(terminal) : new PlainDisplay(terminal);
  }
}
