package org.genlab.runtime.plugins;

import java.util.Arrays;
import java.util.List;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.osgi.framework.Version;

/** A catalog of given classes: for tests, and for use without a container. */
public final class ClassCatalog implements PluginCatalog {
  private final List<PluginDescriptor> plugins;

  private ClassCatalog(List<PluginDescriptor> plugins) {
    this.plugins = plugins;
  }

  /**
   * A catalog of classes annotated with {@link Plugin}.
   *
   * @throws IllegalArgumentException when one is not, or is of no known kind
   */
  public static ClassCatalog of(Class<?>... classes) {
    return new ClassCatalog(
        Arrays.stream(classes).map(ClassCatalog::describe).sorted(ORDER).toList());
  }

  @Override
  public List<PluginDescriptor> all() {
    return plugins;
  }

  private static PluginDescriptor describe(Class<?> type) {
    Plugin plugin = type.getAnnotation(Plugin.class);
    if (plugin == null || !Kind.ALL.contains(plugin.kind())) {
      throw new IllegalArgumentException(type.getName() + " is no plugin of a known kind");
    }
    return new PluginDescriptor(
        plugin.kind(),
        plugin.id(),
        Version.parseVersion(plugin.version()),
        plugin.summary(),
        plugin.source(),
        type.getName(),
        "class-path",
        "0.0.0",
        () -> type,
        () -> "");
  }
}
