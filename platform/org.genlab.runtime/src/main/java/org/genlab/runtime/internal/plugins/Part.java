package org.genlab.runtime.internal.plugins;

import com.google.inject.Key;
import com.google.inject.name.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.SettingException;
import org.genlab.runtime.config.Location;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.config.Node.MapNode;
import org.genlab.runtime.config.SettingsBinder;
import org.genlab.runtime.plugins.Experiment.Block;
import org.genlab.runtime.plugins.PluginDescriptor;
import org.genlab.runtime.plugins.PluginException;
import org.genlab.runtime.plugins.Resolution;
import org.genlab.store.UserError;

/**
 * A plugin at its place in an experiment, found and with its settings bound.
 *
 * @param settings the settings record, if the plugin has one
 * @param resolved its settings with defaults, without those of wrapped plugins
 * @param wrapped the plugins it wraps
 */
record Part(
    Block block,
    PluginDescriptor plugin,
    PluginShape shape,
    Optional<Object> settings,
    MapNode resolved,
    List<Part> wrapped) {

  /** Finds the plugin of a block, and those it wraps, and binds their settings. */
  static Part of(Block block, Resolution resolution) {
    PluginDescriptor plugin = resolution.of(block);
    PluginShape shape = PluginShape.of(plugin);
    String owner = owner(plugin);
    List<String> names = shape.wrapped().stream().map(w -> w.name()).toList();
    MapNode own = block.settings();
    for (String name : names) {
      own = own.without(name);
    }
    Optional<Object> settings = Optional.empty();
    MapNode resolved = MapNode.empty(own.where());
    try {
      if (shape.settings().isPresent()) {
        SettingsBinder.Bound<?> bound =
            SettingsBinder.bind(shape.settings().get(), own, owner, names);
        settings = Optional.of(bound.value());
        resolved = bound.resolved();
      } else {
        SettingsBinder.checkNames(own, List.of(), owner, names);
      }
    } catch (IllegalStateException e) {
      throw new PluginException(plugin + " is broken: " + e.getMessage(), e);
    }
    List<Part> wrapped = new ArrayList<>();
    for (PluginShape.WrappedParameter parameter : shape.wrapped()) {
      wrapped.add(of(wrappedBlock(block, parameter, owner), resolution));
    }
    return new Part(block, plugin, shape, settings, resolved, List.copyOf(wrapped));
  }

  private static Block wrappedBlock(
      Block block, PluginShape.WrappedParameter parameter, String owner) {
    String path = block.path() + "." + parameter.name();
    Optional<Node> given = block.settings().get(parameter.name());
    if (given.isPresent()) {
      return Block.of(
          path,
          parameter.kind(),
          given.get(),
          parameter.byDefault().isEmpty() ? null : parameter.byDefault());
    }
    if (parameter.byDefault().isEmpty()) {
      throw block
          .settings()
          .error(
              owner
                  + " wraps another "
                  + parameter.kind()
                  + "; add it under '"
                  + parameter.name()
                  + ":'");
    }
    Location where = block.settings().where();
    return new Block(path, parameter.kind(), parameter.byDefault(), MapNode.empty(where), where);
  }

  String path() {
    return block.path();
  }

  /** {@code optimizer 'adamw'}. */
  String owner() {
    return owner(plugin);
  }

  private static String owner(PluginDescriptor plugin) {
    return plugin.kind() + " '" + plugin.id() + "'";
  }

  /** The key of this plugin in the injector, visible to all. */
  Key<Object> key() {
    @SuppressWarnings("unchecked")
    Class<Object> type = (Class<Object>) PluginShape.interfaceOf(block.kind());
    return Key.get(type, Names.named(path()));
  }

  /** Wrapped parts before those that wrap them, this one last. */
  List<Part> all() {
    List<Part> parts = new ArrayList<>();
    wrapped.forEach(w -> parts.addAll(w.all()));
    parts.add(this);
    return parts;
  }

  /**
   * The block with nothing left to defaults.
   *
   * @param impliedReference the id that need not be written because the block's name says it
   * @param exact whether to write exact versions instead of references
   */
  MapNode write(Optional<String> impliedReference, boolean exact) {
    Map<String, Node> entries = new LinkedHashMap<>();
    String reference = exact ? plugin.id() + "@" + plugin.version() : block.reference();
    if (exact || !impliedReference.equals(Optional.of(reference))) {
      entries.put("plugin", Node.of(reference, block.where()));
    }
    entries.putAll(resolved.entries());
    for (int i = 0; i < wrapped.size(); i++) {
      entries.put(shape.wrapped().get(i).name(), wrapped.get(i).write(Optional.empty(), exact));
    }
    return new MapNode(entries, block.where());
  }

  UserError explain(SettingException e) {
    return SettingsBinder.explain(e, block.settings(), resolved, owner());
  }
}
