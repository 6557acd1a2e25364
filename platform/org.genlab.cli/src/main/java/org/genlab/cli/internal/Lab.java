package org.genlab.cli.internal;

import java.util.Optional;
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

  /** The version of the command line. */
  String version();
}
