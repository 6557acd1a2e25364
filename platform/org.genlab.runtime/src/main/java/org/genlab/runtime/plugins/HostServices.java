package org.genlab.runtime.plugins;

import org.genlab.api.Randomness;
import org.genlab.api.RunInfo;
import org.genlab.api.Slots;

/** What the host of a run gives to its plugins, by the plugin's path in the experiment. */
public interface HostServices {
  /** The random numbers of the plugin at that path, e.g. {@code regularizers.dropout}. */
  Randomness randomness(String path);

  /** What the plugin at that path remembers between steps. */
  Slots slots(String path);

  RunInfo runInfo();
}
