package org.genlab.runtime.plugins;

import java.util.List;
import org.genlab.api.evaluation.Analysis;
import org.genlab.runtime.config.Node;
import org.genlab.store.UserError;

/** Turns descriptions of plugins into plugins. */
public interface Wiring {
  /** A wiring with the plugins of a catalog. */
  static Wiring with(PluginCatalog catalog) {
    return new org.genlab.runtime.internal.plugins.Wirer(catalog);
  }

  /** The plugins there are. */
  PluginCatalog catalog();

  /**
   * Finds an experiment's plugins and binds all their settings, but constructs none of them.
   *
   * @return a plan that can be wired any number of times and holds on to exactly these revisions
   * @throws UserError when a plugin is not there or a setting does not fit
   * @throws PluginException when a plugin is broken
   */
  default Plan plan(Experiment experiment) {
    return plan(experiment, latest());
  }

  /** The highest version that a block's reference allows, of those there are now. */
  default Resolution latest() {
    return block -> catalog().resolve(block.kind(), block.reference(), block.where());
  }

  /**
   * Exactly the recorded revisions at their paths, where they are still to be had and the block
   * still allows them; otherwise the latest.
   */
  default Resolution recorded(List<Revision> revisions) {
    Resolution latest = latest();
    return block ->
        revisions.stream()
            .filter(r -> r.path().equals(block.path()) && r.kind().equals(block.kind()))
            .filter(r -> PluginReference.parse(block.reference(), block.where()).allows(r))
            .findFirst()
            .flatMap(catalog()::find)
            .orElseGet(() -> latest.of(block));
  }

  /**
   * Binds all settings of an experiment, with plugins that were found in another way.
   *
   * @see #plan(Experiment)
   */
  Plan plan(Experiment experiment, Resolution resolution);

  /**
   * Constructs an experiment's plugins; the same as planning and then wiring.
   *
   * @throws UserError when a plugin is not there or a setting does not fit
   * @throws PluginException when a plugin is broken
   */
  default Pipeline wire(Experiment experiment, HostServices host) {
    return plan(experiment).wire(host);
  }

  /**
   * Constructs an analysis.
   *
   * @param path where it stands, e.g. {@code analyses.ranking}; its settings' owner in messages
   * @param name the id taken when the block names none
   * @param block the id of a plugin, or a map with {@code plugin} and settings
   * @throws UserError when it is not there or a setting does not fit
   * @throws PluginException when the plugin is broken
   */
  Analysis analysis(String path, String name, Node block, HostServices host);
}
