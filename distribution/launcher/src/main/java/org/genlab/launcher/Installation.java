package org.genlab.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/**
 * The jars that make up a GenLab: the class path with the boot layer ({@code lib}), the base
 * bundles ({@code bundles}) and the plugin bundles ({@code plugins} and further directories), each
 * in the order of their names.
 *
 * @param home the installation directory
 * @param compute the optional part of the boot layer
 * @param installed where {@code genlab plugin install} puts plugins; null when nobody said it
 * @param pluginDirectories those that plugins come from and may be put into, also when they do not
 *     exist yet
 * @param checksums what plugins must be, as far as their directories say it; by their paths
 */
record Installation(
    Path home,
    List<Path> lib,
    List<Path> bundles,
    List<Path> plugins,
    ComputeLayer compute,
    Path installed,
    List<Path> pluginDirectories,
    Map<Path, String> checksums) {
  Installation {
    lib = List.copyOf(lib);
    bundles = List.copyOf(bundles);
    plugins = List.copyOf(plugins);
    pluginDirectories = List.copyOf(pluginDirectories);
    checksums = Map.copyOf(checksums);
  }

  /**
   * Reads an installation directory.
   *
   * @param installed where {@code genlab plugin install} puts plugins, or null; need not exist yet
   * @param morePlugins further plugin directories, separated as in a class path, or null
   * @param layer the directory of the optional compute layer, or null
   */
  static Installation open(Path home, Path installed, String morePlugins, Path layer)
      throws LaunchException, IOException {
    Path real = home.toRealPath();
    ComputeLayer compute = ComputeLayer.open(layer);
    Set<Path> directories = new LinkedHashSet<>();
    directories.add(real.resolve("plugins"));
    List<Path> plugins = new ArrayList<>(jars(real.resolve("plugins")));
    if (installed != null) {
      Path directory = Files.exists(installed) ? installed.toRealPath() : installed;
      if (directories.add(directory.toAbsolutePath()) && Files.exists(directory)) {
        plugins.addAll(jars(directory));
      }
    }
    plugins.addAll(compute.plugins());
    if (morePlugins != null) {
      for (String name : morePlugins.split(File.pathSeparator, -1)) {
        Path directory = Path.of(name).toAbsolutePath();
        if (!name.isEmpty() && directories.add(directory)) {
          plugins.addAll(jars(directory));
        }
      }
    }
    Map<Path, String> checksums = new HashMap<>();
    for (Path directory : directories) {
      Checksums.of(directory)
          .digests()
          .forEach((name, digest) -> checksums.put(directory.resolve(name), digest));
    }
    return new Installation(
        real,
        jars(real.resolve("lib")),
        jars(real.resolve("bundles")),
        plugins,
        compute,
        installed,
        List.copyOf(directories),
        checksums);
  }

  private static List<Path> jars(Path directory) throws LaunchException, IOException {
    if (!Files.isDirectory(directory)) {
      throw new LaunchException(
          "there is no directory " + directory + "; an installation has lib, bundles and plugins.");
    }
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, "*.jar")) {
      stream.forEach(jars::add);
    }
    Collections.sort(jars);
    return jars;
  }

  /**
   * A digest of which jars these are, by name, size, time and what they must be: equal keys mean
   * the same build.
   */
  String key() throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    for (List<Path> group : List.of(lib, compute.jars(), bundles, plugins)) {
      for (Path jar : group) {
        String entry =
            String.format(
                "%s|%d|%d|%s%n",
                jar,
                Files.size(jar),
                Files.getLastModifiedTime(jar).toMillis(),
                checksums.getOrDefault(jar, ""));
        digest.update(entry.getBytes(StandardCharsets.UTF_8));
      }
      digest.update((byte) 0);
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  int bundleCount() {
    return bundles.size() + plugins.size();
  }

  /**
   * The packages that the boot layer exports to bundles, in the syntax of {@code Export-Package}:
   * what the manifests of the jars in {@code lib} say, and what the compute layer lists.
   */
  String bootPackages() throws IOException {
    List<String> clauses = new ArrayList<>();
    for (Path jar : lib) {
      try (JarFile file = new JarFile(jar.toFile())) {
        Attributes manifest =
            file.getManifest() == null ? new Attributes() : file.getManifest().getMainAttributes();
        String exports = manifest.getValue("Export-Package");
        if (exports != null && !exportsFramework(exports)) {
          clauses.add(exports);
        } else if (file.getEntry("org/aopalliance/intercept/MethodInterceptor.class") != null) {
          // AOP Alliance 1.0, which Guice requires, was released without OSGi headers.
          clauses.add("org.aopalliance.aop;version=1.0,org.aopalliance.intercept;version=1.0");
        }
      }
    }
    if (!compute.packages().isEmpty()) {
      clauses.add(compute.packages());
    }
    return String.join(",", clauses);
  }

  /** The framework exports its own packages to bundles by itself. */
  private static boolean exportsFramework(String exports) {
    return exports.contains("org.osgi.framework.launch");
  }
}
