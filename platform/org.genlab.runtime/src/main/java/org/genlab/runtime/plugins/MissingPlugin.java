package org.genlab.runtime.plugins;

import org.genlab.runtime.config.Location;
import org.genlab.store.UserError;

/** Says that an experiment names a plugin that is not there, or not in a version that fits. */
public final class MissingPlugin extends UserError {
  private static final long serialVersionUID = 1L;

  private final String kind;
  private final String reference;

  /**
   * @param kind one of the constants of {@link org.genlab.api.Kind}
   * @param reference as the experiment has it, see {@link PluginReference}
   * @param where it stands
   * @param sentence what is missing and what there is
   */
  public MissingPlugin(String kind, String reference, Location where, String sentence) {
    super(where.error(sentence).getMessage());
    this.kind = kind;
    this.reference = reference;
  }

  public String kind() {
    return kind;
  }

  public String reference() {
    return reference;
  }
}
