package org.genlab.api;

import org.osgi.annotation.versioning.ProviderType;

/** What a plugin may know of the run it is part of. */
@ProviderType
public interface RunInfo {
  /** The name of the experiment. */
  String name();

  /** The seed of the run. */
  long seed();

  /** Writes a line to the run's log and to the screen of whoever watches. */
  void log(String line);
}
