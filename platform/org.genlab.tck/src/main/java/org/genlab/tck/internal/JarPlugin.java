package org.genlab.tck.internal;

import java.nio.file.Path;
import java.util.List;

/**
 * A plugin of a built jar, which the suites for jars test: the launcher makes them without
 * arguments.
 *
 * @param type its class
 * @param bundle the jar
 * @param companions all plugins there are
 * @param settings to try
 */
public record JarPlugin(
    Class<?> type, Path bundle, List<Class<?>> companions, List<String> settings) {
  private static final ThreadLocal<JarPlugin> CURRENT = new ThreadLocal<>();

  public JarPlugin {
    companions = List.copyOf(companions);
    settings = List.copyOf(settings);
  }

  /** The plugin that this thread tests. */
  public static JarPlugin current() {
    return CURRENT.get();
  }

  static void choose(JarPlugin plugin) {
    CURRENT.set(plugin);
  }
}
