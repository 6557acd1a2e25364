package org.genlab.launcher;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarFile;

/**
 * The optional compute layer of an installation: a directory with the jars of ND4J and
 * DeepLearning4J for one device, which the start script puts on the class path, and with {@code
 * plugins}, the bundles and fragments that need them. The packages that bundles may import from the
 * jars are listed when the layer is installed, since opening hundreds of directories in jars at
 * each start would be slow.
 *
 * @param jars on the class path
 * @param plugins that are only there with the layer
 * @param packages in the syntax of {@code Export-Package}; empty when there are none
 */
record ComputeLayer(List<Path> jars, List<Path> plugins, String packages) {
  /** The name of the file that lists the packages, one a line. */
  static final String INDEX = "packages";

  private static final List<String> EXPORTED =
      List.of(
          "org/nd4j/",
          "org/deeplearning4j/",
          "org/bytedeco/hdf5/",
          "org/bytedeco/javacpp/",
          "org/genlab/compute/nd4j/");

  ComputeLayer {
    jars = List.copyOf(jars);
    plugins = List.copyOf(plugins);
  }

  /** No layer. */
  static ComputeLayer none() {
    return new ComputeLayer(List.of(), List.of(), "");
  }

  /**
   * Reads the directory of a layer.
   *
   * @param directory which need not exist; null for no layer
   */
  static ComputeLayer open(Path directory) throws IOException {
    if (directory == null || !Files.isDirectory(directory)) {
      return none();
    }
    Path index = directory.resolve(INDEX);
    List<String> packages =
        Files.isRegularFile(index) ? Files.readAllLines(index) : packages(directory);
    return new ComputeLayer(
        jars(directory), jars(directory.resolve("plugins")), String.join(",", packages));
  }

  private static List<Path> jars(Path directory) throws IOException {
    List<Path> jars = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, "*.jar")) {
        stream.forEach(jars::add);
      }
    }
    Collections.sort(jars);
    return jars;
  }

  /** Lists the packages of a layer, whose directory is the argument. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    Files.write(directory.resolve(INDEX), packages(directory));
  }

  private static List<String> packages(Path directory) throws IOException {
    TreeSet<String> packages = new TreeSet<>();
    for (Path jar : jars(directory)) {
      try (JarFile file = new JarFile(jar.toFile())) {
        file.stream()
            .map(entry -> entry.getName())
            .filter(name -> name.endsWith(".class"))
            .filter(name -> EXPORTED.stream().anyMatch(name::startsWith))
            .map(name -> name.substring(0, name.lastIndexOf('/')).replace('/', '.'))
            .forEach(packages::add);
      }
    }
    return List.copyOf(packages);
  }
}
