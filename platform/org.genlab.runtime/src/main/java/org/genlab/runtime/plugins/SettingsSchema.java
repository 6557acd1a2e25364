package org.genlab.runtime.plugins;

import java.util.List;
import org.genlab.runtime.config.Setting;
import org.genlab.runtime.config.SettingsBinder;
import org.genlab.runtime.internal.plugins.PluginShape;

/**
 * All that an experiment can say about a plugin.
 *
 * @param settings in the order of the settings record
 * @param wrapped the plugins it wraps
 */
public record SettingsSchema(List<Setting> settings, List<WrappedPlugin> wrapped) {
  public SettingsSchema {
    settings = List.copyOf(settings);
    wrapped = List.copyOf(wrapped);
  }

  /**
   * A plugin that another one wraps.
   *
   * @param name the setting under which it stands
   * @param kind one of the constants of {@link org.genlab.api.Kind}
   * @param byDefault the id taken when none is given; empty when one must be given
   */
  public record WrappedPlugin(String name, String kind, String byDefault) {}

  /**
   * The schema of a plugin. Loads its class.
   *
   * @throws PluginException when the plugin is broken
   */
  public static SettingsSchema of(PluginDescriptor plugin) {
    PluginShape shape = PluginShape.of(plugin);
    try {
      return new SettingsSchema(
          shape.settings().map(SettingsBinder::describe).orElse(List.of()),
          shape.wrapped().stream()
              .map(w -> new WrappedPlugin(w.name(), w.kind(), w.byDefault()))
              .toList());
    } catch (IllegalStateException e) {
      throw new PluginException(plugin + " is broken: " + e.getMessage(), e);
    }
  }
}
