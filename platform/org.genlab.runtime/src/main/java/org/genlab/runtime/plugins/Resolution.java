package org.genlab.runtime.plugins;

import org.genlab.store.UserError;

/** Which plugin is meant at a place in an experiment. */
@FunctionalInterface
public interface Resolution {
  /**
   * The plugin of a block.
   *
   * @throws UserError when there is none
   */
  PluginDescriptor of(Experiment.Block block);
}
