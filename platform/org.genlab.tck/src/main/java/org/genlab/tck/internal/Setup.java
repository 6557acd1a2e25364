package org.genlab.tck.internal;

import java.util.Locale;
import java.util.Optional;

/**
 * One way of using the plugin under test.
 *
 * @param settings of the plugin, in YAML
 * @param form of the kit's examples; empty when the plugin is a dataset, or its author names one
 */
public record Setup(String settings, Optional<KitExamples.Form> form) {
  /** {@code settings {a: 1}, examples of the form tokens}. */
  @Override
  public String toString() {
    return "settings "
        + settings.strip()
        + form.map(f -> ", the kit's examples of the form " + f.name().toLowerCase(Locale.ROOT))
            .orElse("");
  }
}
