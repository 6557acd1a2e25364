package org.genlab.cli.internal;

import java.util.function.Consumer;
import org.genlab.lab.Deployer;
import org.genlab.lab.Plugins;

/** The plugins of this process as a lab needs them. */
interface LabPlugins {
  Plugins plugins();

  /** What keeps them up to date, telling what it does. */
  Deployer deployer(Consumer<String> notices);
}
