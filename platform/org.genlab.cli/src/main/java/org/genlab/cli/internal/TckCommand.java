package org.genlab.cli.internal;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;
import org.genlab.store.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Tests built jars with the test kit. The kit and JUnit lie in a directory of their own, {@code
 * tck} of the installation, and are loaded, with a second copy of the platform, only for this.
 */
@Command(
    name = "tck",
    description = {
      "Test the plugins of built jars with the test kit.",
      "The exit code is 0 when all is in order, 1 when a check fails."
    },
    footer = "genlab tck target/org.example.lion-1.0.0.jar")
final class TckCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(
      names = "--settings",
      paramLabel = "ID=YAML",
      description =
          "Settings to try for a plugin instead of its defaults, as in lion='{beta: 0.5}'; may be"
              + " given several times.")
  private List<String> settings = new ArrayList<>();

  @Parameters(arity = "1..*", paramLabel = "JAR", description = "Jars of plugins.")
  private List<Path> jars;

  TckCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    for (Path jar : jars) {
      checkJar(jar);
    }
    for (String setting : settings) {
      if (!setting.matches("[a-z0-9-]+=.*") || setting.contains("\n")) {
        throw new UserError(
            "--settings takes the id of a plugin and a map in YAML, as in lion='{beta: 0.5}', not '"
                + setting
                + "'.");
      }
    }
    Path home = Path.of(System.getProperty("genlab.home", "."));
    List<Path> kit = new ArrayList<>(jarsIn(home.resolve("tck")));
    if (kit.isEmpty()) {
      throw new UserError(
          "there is no test kit in " + home.resolve("tck") + "; the installation is incomplete.");
    }
    kit.addAll(jarsIn(home.resolve("bundles")));
    try (URLClassLoader loader =
        new URLClassLoader(urls(kit), ClassLoader.getSystemClassLoader())) {
      boolean passed =
          (boolean)
              loader
                  .loadClass("org.genlab.tck.JarCheck")
                  .getMethod("check", String.class, String.class, String.class, PrintStream.class)
                  .invoke(
                      null,
                      lines(installed(home)),
                      lines(jars),
                      String.join("\n", settings),
                      terminal.out());
      return passed ? Genlab.OK : Genlab.FAILED;
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(
          "the test kit failed: " + e.getTargetException(), e.getTargetException());
    } catch (ReflectiveOperationException | IOException e) {
      throw new IllegalStateException("the test kit cannot be loaded: " + e, e);
    }
  }

  private static void checkJar(Path jar) {
    if (!Files.isRegularFile(jar)) {
      throw new UserError(
          "there is no file " + jar + "; 'mvn verify' writes the jar of a plugin into target.");
    }
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      if (zip.size() == 0) {
        throw new UserError(jar + " is empty; give the jar of a plugin.");
      }
    } catch (IOException e) {
      throw new UserError(jar + " is no jar: " + e.getMessage() + ".", e);
    }
  }

  /** What the plugins under test may wrap. */
  private static List<Path> installed(Path home) {
    List<Path> jars = new ArrayList<>(jarsIn(home.resolve("plugins")));
    String installed = System.getProperty("genlab.installed");
    if (installed != null && !installed.isEmpty()) {
      jars.addAll(jarsIn(Path.of(installed)));
    }
    String more = System.getenv("GENLAB_PLUGINS");
    if (more != null) {
      for (String directory : more.split(File.pathSeparator, -1)) {
        if (!directory.isEmpty()) {
          jars.addAll(jarsIn(Path.of(directory)));
        }
      }
    }
    return jars.stream().distinct().toList();
  }

  private static String lines(List<Path> paths) {
    return paths.stream().map(p -> p.toAbsolutePath().toString()).collect(Collectors.joining("\n"));
  }

  private static List<Path> jarsIn(Path directory) {
    List<Path> jars = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*.jar")) {
        entries.forEach(jars::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    Collections.sort(jars);
    return jars;
  }

  private static URL[] urls(List<Path> jars) throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (Path jar : jars) {
      urls.add(jar.toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }
}
