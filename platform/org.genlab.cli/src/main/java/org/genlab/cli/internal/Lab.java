package org.genlab.cli.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.genlab.lab.Plugins;
import org.genlab.provisioning.install.Provisioning;
import org.genlab.runtime.plugins.Leases;
import org.genlab.runtime.plugins.PluginArchive;
import org.genlab.runtime.plugins.PluginCatalog;
import org.genlab.runtime.plugins.Wiring;
import org.genlab.study.StudyCatalog;

/** What the commands work with. Each part is looked up when it is asked for. */
interface Lab {
  PluginCatalog plugins();

  Wiring wiring();

  Leases leases();

  /** Keeps the bundles of runs; empty without a container. */
  Optional<PluginArchive> archive();

  StudyCatalog studies();

  /** Finds, installs and removes plugins. */
  Provisioning provisioning();

  /**
   * Takes bundles into use that were installed in a plugin directory while this process runs.
   *
   * @throws org.genlab.store.UserError when one of them cannot be used
   */
  void deploy(List<Path> jars);

  /**
   * Sentences on plugin bundles that are installed and could be used, but are not active, and why.
   */
  List<String> inactive();

  /**
   * What a running lab needs of the plugins.
   *
   * @param start whether plugin bundles that come while it runs are started
   * @param finished is given the directory of each run that has finished
   */
  LabPlugins labPlugins(boolean start, Consumer<Path> finished);

  /** The plugins of this process while it runs something. */
  Plugins livePlugins();

  /** The version of the command line. */
  String version();
}
