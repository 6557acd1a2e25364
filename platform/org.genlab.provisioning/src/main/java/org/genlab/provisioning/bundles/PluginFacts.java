package org.genlab.provisioning.bundles;

import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Version;
import org.osgi.resource.Capability;

/**
 * What a bundle's manifest declares about a plugin in it.
 *
 * @param kind one of the constants of {@link org.genlab.api.Kind}
 * @param summary one sentence; may be empty
 * @param source where the method comes from; may be empty
 * @param className of the plugin
 */
public record PluginFacts(
    String kind, String id, Version version, String summary, String source, String className) {
  /** Reads a capability of the namespace {@code genlab.plugin}; empty when it lacks its name. */
  static Optional<PluginFacts> of(Capability capability) {
    Map<String, Object> attributes = capability.getAttributes();
    String kind = text(attributes, "kind");
    String id = text(attributes, "id");
    if (kind.isEmpty() || id.isEmpty()) {
      return Optional.empty();
    }
    Version version =
        attributes.get("version") instanceof Version given ? given : Version.emptyVersion;
    return Optional.of(
        new PluginFacts(
            kind,
            id,
            version,
            text(attributes, "summary"),
            text(attributes, "source"),
            text(attributes, "class")));
  }

  private static String text(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof String text ? text : "";
  }

  /** {@code optimizer sam 1.2.0}. */
  @Override
  public String toString() {
    return kind + " " + id + " " + version;
  }
}
