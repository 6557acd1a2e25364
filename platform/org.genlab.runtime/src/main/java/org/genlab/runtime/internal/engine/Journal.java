package org.genlab.runtime.internal.engine;

import java.util.ArrayList;
import java.util.List;
import org.genlab.runtime.engine.RunListener;
import org.genlab.store.RunDirectory;

/** What a run says: to its listener at once, to the log as soon as there is a directory. */
final class Journal {
  private final RunListener listener;
  private final List<String> waiting = new ArrayList<>();
  private RunDirectory directory;

  Journal(RunListener listener) {
    this.listener = listener;
  }

  void say(String line) {
    note(line);
    listener.logged(line);
  }

  /** Writes a line to the log only. */
  void note(String line) {
    if (directory == null) {
      waiting.add(line);
    } else {
      directory.log(line);
    }
  }

  void openIn(RunDirectory run) {
    directory = run;
    waiting.forEach(run::log);
    waiting.clear();
  }
}
