package org.genlab.tck.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import org.genlab.api.Plugin;
import org.genlab.tck.internal.BundleCheck.Declared;

/** The classes of a jar under test, beside those of the plugins that are installed. */
public final class JarPlugins implements AutoCloseable {
  private final Path jar;
  private final URLClassLoader others;
  private final IsolatedLoader own;
  private final List<Path> installed;

  private JarPlugins(Path jar, List<Path> installed, URLClassLoader others, IsolatedLoader own) {
    this.jar = jar;
    this.installed = installed;
    this.others = others;
    this.own = own;
  }

  /**
   * Opens a jar.
   *
   * @param installed jars of other plugins
   */
  public static JarPlugins open(Path jar, List<Path> installed) {
    List<Path> rest = installed.stream().filter(path -> !isSame(path, jar)).toList();
    URLClassLoader others =
        new URLClassLoader(
            rest.stream().map(JarPlugins::url).toArray(URL[]::new),
            JarPlugins.class.getClassLoader());
    return new JarPlugins(jar, rest, others, new IsolatedLoader(List.of(url(jar)), others));
  }

  private static boolean isSame(Path a, Path b) {
    try {
      return Files.isSameFile(a, b);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** A class of the jar. */
  public Class<?> load(String name) throws ClassNotFoundException {
    return own.loadClass(name);
  }

  /** The names of all classes in the jar that have the annotation of plugins. */
  public List<String> annotated() {
    List<String> names = new ArrayList<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      for (String entry : file.stream().map(e -> e.getName()).sorted().toList()) {
        if (entry.endsWith(".class") && !entry.startsWith("META-INF/")) {
          String name = entry.substring(0, entry.length() - 6).replace('/', '.');
          if (isPlugin(name)) {
            names.add(name);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  private boolean isPlugin(String name) {
    try {
      return own.loadClass(name).isAnnotationPresent(Plugin.class);
    } catch (ClassNotFoundException | LinkageError e) {
      // Reported when a capability names it; a class that nobody loads may need what is not there.
      return false;
    }
  }

  /** Makes a plugin the one that the suites test; none when it is null. */
  public void choose(Class<?> type, List<String> settings) {
    if (type == null) {
      JarPlugin.choose(null);
      return;
    }
    List<Class<?>> companions = new ArrayList<>();
    add(jar, own, companions);
    installed.forEach(path -> add(path, others, companions));
    JarPlugin.choose(new JarPlugin(type, jar, companions, settings));
  }

  private static void add(Path jar, ClassLoader loader, List<Class<?>> companions) {
    for (Declared declared : BundleCheck.declared(jar)) {
      try {
        Class<?> type = loader.loadClass(declared.className());
        if (type.isAnnotationPresent(Plugin.class)
            && companions.stream().noneMatch(c -> c.getName().equals(type.getName()))) {
          companions.add(type);
        }
      } catch (ClassNotFoundException | LinkageError e) {
        // Not usable here, as a container would find too.
      }
    }
  }

  @Override
  public void close() {
    try {
      own.close();
      others.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
