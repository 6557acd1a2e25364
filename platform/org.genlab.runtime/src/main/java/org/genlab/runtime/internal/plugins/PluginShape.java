package org.genlab.runtime.internal.plugins;

import jakarta.inject.Inject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.genlab.api.Kind;
import org.genlab.api.Randomness;
import org.genlab.api.RunInfo;
import org.genlab.api.Slots;
import org.genlab.api.Wrapped;
import org.genlab.api.data.Dataset;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.model.Architecture;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.Regularizer;
import org.genlab.runtime.plugins.PluginDescriptor;
import org.genlab.runtime.plugins.PluginException;

/**
 * What a plugin's constructor asks for.
 *
 * @param type the plugin's class
 * @param settings the class of its settings record, if it has one
 * @param wrapped the plugins it wraps
 */
public record PluginShape(
    Class<?> type, Optional<Class<?>> settings, List<WrappedParameter> wrapped) {
  private static final Map<String, Class<?>> INTERFACES =
      Map.of(
          Kind.DATASET, Dataset.class,
          Kind.ARCHITECTURE, Architecture.class,
          Kind.OPTIMIZER, Optimizer.class,
          Kind.REGULARIZER, Regularizer.class,
          Kind.METRIC, Metric.class,
          Kind.PROCEDURE, Procedure.class,
          Kind.ANALYSIS, Analysis.class);
  private static final Set<Class<?>> SERVICES =
      Set.of(Randomness.class, Slots.class, RunInfo.class);

  /**
   * A constructor parameter that takes another plugin.
   *
   * @param annotation as it stands on the parameter; part of the injector's key
   */
  public record WrappedParameter(String name, String kind, String byDefault, Wrapped annotation) {}

  /** The interface that plugins of a kind implement. */
  public static Class<?> interfaceOf(String kind) {
    return INTERFACES.get(kind);
  }

  /**
   * Looks at a plugin's constructor.
   *
   * @throws PluginException when it asks for what the host does not give
   */
  public static PluginShape of(PluginDescriptor plugin) {
    Class<?> type = plugin.type();
    try {
      return of(plugin, type);
    } catch (LinkageError e) {
      // A class that it mentions is not there, or not what it was compiled against.
      throw new PluginException(plugin + " cannot be loaded: " + e, e);
    }
  }

  private static PluginShape of(PluginDescriptor plugin, Class<?> type) {
    if (!interfaceOf(plugin.kind()).isAssignableFrom(type)) {
      throw new PluginException(
          plugin
              + " is broken: "
              + type.getName()
              + " does not implement "
              + interfaceOf(plugin.kind()).getName());
    }
    if (Modifier.isAbstract(type.getModifiers())
        || (type.isMemberClass() && !Modifier.isStatic(type.getModifiers()))) {
      throw new PluginException(
          plugin + " is broken: " + type.getName() + " must be a concrete, static class");
    }
    Optional<Class<?>> settings = Optional.empty();
    List<WrappedParameter> wrapped = new ArrayList<>();
    for (Parameter parameter : constructor(plugin, type).getParameters()) {
      Wrapped annotation = parameter.getAnnotation(Wrapped.class);
      Class<?> asked = parameter.getType();
      if (annotation != null) {
        wrapped.add(
            new WrappedParameter(
                annotation.value(), kindOf(plugin, asked), annotation.byDefault(), annotation));
      } else if (asked.isRecord() && settings.isEmpty()) {
        settings = Optional.of(asked);
      } else if (!isService(asked, plugin.kind())) {
        throw new PluginException(
            plugin
                + " is broken: its constructor asks for "
                + asked.getName()
                + ", which the host does not give to "
                + plugin.kind()
                + " plugins");
      }
    }
    return new PluginShape(type, settings, List.copyOf(wrapped));
  }

  private static boolean isService(Class<?> asked, String kind) {
    return SERVICES.contains(asked)
        || (asked == Dataset.class && !kind.equals(Kind.DATASET) && !kind.equals(Kind.ANALYSIS));
  }

  private static Constructor<?> constructor(PluginDescriptor plugin, Class<?> type) {
    List<Constructor<?>> marked =
        Arrays.stream(type.getDeclaredConstructors())
            .filter(c -> c.isAnnotationPresent(Inject.class))
            .toList();
    if (marked.size() != 1) {
      throw new PluginException(
          plugin
              + " is broken: "
              + type.getName()
              + " must have one constructor marked @Inject (jakarta.inject), but has "
              + marked.size());
    }
    return marked.get(0);
  }

  private static String kindOf(PluginDescriptor plugin, Class<?> asked) {
    return Kind.ALL.stream()
        .filter(kind -> interfaceOf(kind) == asked)
        .findFirst()
        .orElseThrow(
            () ->
                new PluginException(
                    plugin
                        + " is broken: it wraps a "
                        + asked.getName()
                        + ", which is no kind of plugin"));
  }
}
