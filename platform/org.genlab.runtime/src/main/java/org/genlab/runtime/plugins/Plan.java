package org.genlab.runtime.plugins;

import java.util.List;
import org.genlab.api.SettingException;
import org.genlab.runtime.config.Node.MapNode;
import org.genlab.store.UserError;

/** An experiment whose plugins are found and whose settings are bound. */
public interface Plan {
  Experiment experiment();

  /** The experiment with all defaults written out; reading it gives the same plan. */
  MapNode resolved();

  /**
   * SHA-256, hexadecimal, of all that determines the run's results: the resolved experiment without
   * name and threads, with the exact versions of its plugins.
   */
  String digest();

  /** Exactly which plugins will be wired, wrapped ones before those that wrap them. */
  List<Revision> revisions();

  /** The plugins that will be wired, in the order of {@link #revisions}; what a run leases. */
  List<PluginDescriptor> plugins();

  /**
   * This plan with changes to its experiment, for a run that is under way: plugins that are not
   * changed stay the revisions they are, also when there are newer ones; those that are changed are
   * resolved now.
   *
   * @param overrides see {@link org.genlab.runtime.config.Overrides}; a plugin is changed by
   *     whatever is put or removed at its path, at its {@code plugin}, or around it, not by a new
   *     value of one of its settings
   * @throws UserError when one is malformed or a sweep, or does not fit
   */
  Plan changed(List<String> overrides);

  /**
   * This plan with changes to its experiment, for a run that is repeated: all plugins are resolved
   * anew.
   *
   * @param overrides see {@link org.genlab.runtime.config.Overrides}
   * @param recorded revisions that are taken at their paths where they are still to be had
   * @throws UserError when an override is malformed or a sweep, or does not fit
   */
  Plan repeated(List<String> overrides, List<Revision> recorded);

  /**
   * Constructs the plugins.
   *
   * @throws UserError when a plugin finds that its settings do not fit
   * @throws PluginException when a plugin is broken
   */
  Pipeline wire(HostServices host);

  /**
   * The user's mistake that a plugin reports after it was constructed, with the file and line of
   * the setting.
   *
   * @param path the plugin's place, e.g. {@code architecture}
   */
  UserError explain(String path, SettingException problem);
}
