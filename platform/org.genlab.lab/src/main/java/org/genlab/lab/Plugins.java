package org.genlab.lab;

import java.nio.file.Path;
import java.util.Optional;
import org.genlab.runtime.engine.RunEngine;
import org.genlab.runtime.plugins.Wiring;

/** The plugins of this process, and what else runs need of it. */
public interface Plugins {
  Wiring wiring();

  /** The engine that leases the plugins. */
  RunEngine engine();

  /** Looks for plugins that were installed, replaced or removed meanwhile. */
  void refresh();

  /** Which plugin's code a thread is in, as a sentence fragment; empty when in none. */
  Optional<String> culprit(StackTraceElement[] stack);

  /** A run has its directory now. */
  default void began(Path directory) {}

  /** A run has finished; its report can be written. */
  default void finished(Path directory) {}
}
