package org.genlab.itests.probe;

import org.genlab.runtime.plugins.PluginCatalog;
import org.genlab.runtime.plugins.PluginDescriptor;
import org.genlab.runtime.plugins.PluginException;
import org.genlab.runtime.plugins.SettingsSchema;
import org.osgi.framework.BundleContext;

/** Loads the class of every plugin in the container and reads what it lets experiments set. */
final class PluginChecks {
  private PluginChecks() {}

  /** Prints a line for each plugin: kind, id, version, its bundle, and ok or what is wrong. */
  static void run(BundleContext context) {
    PluginCatalog catalog = context.getService(context.getServiceReference(PluginCatalog.class));
    for (PluginDescriptor plugin : catalog.all()) {
      System.out.printf(
          "%s %s %s %s %s%n",
          plugin.kind(), plugin.id(), plugin.version(), plugin.bundle(), verdict(plugin));
    }
  }

  private static String verdict(PluginDescriptor plugin) {
    try {
      Class<?> type = plugin.type();
      if (!type.getName().equals(plugin.className())) {
        return "is " + type;
      }
      if (plugin.summary().isBlank()) {
        return "has no summary";
      }
      if (plugin.sha256().length() != 64) {
        return "has no digest";
      }
      boolean undocumented =
          SettingsSchema.of(plugin).settings().stream().anyMatch(s -> s.doc().isBlank());
      return undocumented ? "has a setting without @Doc" : "ok";
    } catch (PluginException e) {
      return e.getMessage();
    }
  }
}
