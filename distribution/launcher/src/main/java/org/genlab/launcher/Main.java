package org.genlab.launcher;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Starts GenLab: the OSGi framework with the bundles of an installation directory, then the command
 * line, which one of the bundles registers as a service. The process always ends with the exit code
 * that the command line returns, or 1 with a sentence on standard error.
 *
 * <p>System properties: {@code genlab.home} is the installation directory; {@code genlab.installed}
 * the directory that plugins are installed into; {@code genlab.stderr} the number of the file
 * descriptor that messages go to instead of 2; {@code genlab.compute} the directory of the optional
 * {@link ComputeLayer}, if there is one. Environment: {@code GENLAB_CACHE}, {@code
 * GENLAB_INSTALLED} (goes before the property), {@code GENLAB_PLUGINS} (further plugin
 * directories), {@code GENLAB_DEBUG} (prints stack traces).
 *
 * <p>Bundles find two of these again as properties of the framework: {@code genlab.installed}, and
 * {@code genlab.plugins}, all plugin directories, separated as in a class path.
 */
public final class Main {
  static final int INTERNAL_FAILURE = 1;

  /** How long bundles may take to stop before the process ends without them. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Main() {}

  /** Runs the command line with the arguments and ends the process. */
  public static void main(String[] arguments) {
    int code = INTERNAL_FAILURE;
    try {
      redirectMessages();
      Thread.setDefaultUncaughtExceptionHandler(
          (thread, error) -> {
            // A thread that dies unnoticed may be one that somebody waits for.
            report("internal failure in thread " + thread.getName() + ": ", error);
            System.exit(INTERNAL_FAILURE);
          });
      code = run(List.of(arguments));
    } catch (LaunchException e) {
      report("", e);
    } catch (OutOfMemoryError e) {
      System.err.printf(
          "genlab: out of memory with a heap of %d MiB; make the batch or the model smaller, or"
              + " give the heap more, e.g. GENLAB_JAVA_OPTS=-Xmx8g.%n",
          Runtime.getRuntime().maxMemory() >> 20);
    } catch (Throwable e) {
      report("internal failure: ", e);
    } finally {
      System.out.flush();
      System.err.flush();
      System.exit(code);
    }
  }

  private static int run(List<String> arguments) throws Exception {
    if (arguments.equals(List.of("--version")) || arguments.equals(List.of("-V"))) {
      System.out.printf(
          "genlab %s (Java %s)%n",
          Main.class.getPackage().getImplementationVersion(), System.getProperty("java.version"));
      return 0;
    }
    System.setProperty("java.awt.headless", "true");
    // Guice's generated classes would hold on to the class loaders of plugins.
    System.setProperty("guice_bytecode_gen_option", "DISABLED");
    holdJars();
    String layer = System.getProperty("genlab.compute");
    Installation installation =
        Installation.open(
            home(),
            installed(),
            System.getenv("GENLAB_PLUGINS"),
            layer == null ? null : Path.of(layer));
    try (StorageSlot slot = StorageSlot.acquire(StorageSlot.root(), installation.key());
        Container container = Container.start(installation, slot, PATIENCE)) {
      container.unusable().forEach(sentence -> System.err.println("genlab: " + sentence));
      ToIntFunction<String[]> commandLine = container.commandLine();
      return commandLine.applyAsInt(arguments.toArray(String[]::new));
    }
  }

  /**
   * Makes the class loader open every jar of the class path, which it does while it looks for
   * something that is in none of them. Open files outlast their directory when a newer build takes
   * its place.
   */
  private static void holdJars() {
    Main.class.getClassLoader().getResource("no/such/resource");
  }

  /** Where {@code genlab plugin install} puts plugins; null when nothing says it. */
  private static Path installed() {
    String own = System.getenv("GENLAB_INSTALLED");
    String directory = own == null || own.isEmpty() ? System.getProperty("genlab.installed") : own;
    return directory == null ? null : Path.of(directory).toAbsolutePath();
  }

  private static Path home() throws LaunchException {
    String home = System.getProperty("genlab.home");
    if (home == null) {
      throw new LaunchException(
          "the system property genlab.home is not set; start GenLab with the script genlab.");
    }
    return Path.of(home);
  }

  /**
   * Points {@code System.err} at the file descriptor that the start script duplicated from the real
   * standard error. The script sends descriptor 2 through a filter that drops one line which the
   * JVM prints about its incubator modules; our own messages must neither wait for that filter nor
   * die with it.
   */
  private static void redirectMessages() {
    Integer number = Integer.getInteger("genlab.stderr");
    if (number == null) {
      return;
    }
    try {
      Constructor<FileDescriptor> constructor =
          FileDescriptor.class.getDeclaredConstructor(int.class);
      constructor.setAccessible(true);
      FileOutputStream stream = new FileOutputStream(constructor.newInstance(number));
      System.setErr(new PrintStream(stream, true, Charset.defaultCharset()));
    } catch (ReflectiveOperationException | RuntimeException e) {
      System.err.println("genlab: messages stay on file descriptor 2: " + e);
    }
  }

  private static void report(String what, Throwable error) {
    boolean expected = error instanceof LaunchException;
    String message = expected || error.getMessage() == null ? error.getMessage() : error.toString();
    System.err.println("genlab: " + what + (message == null ? error.toString() : message));
    if (System.getenv("GENLAB_DEBUG") != null) {
      error.printStackTrace();
    } else if (!expected) {
      Arrays.stream(error.getStackTrace())
          .limit(1)
          .forEach(frame -> System.err.println("  at " + frame + " (all with GENLAB_DEBUG=1)"));
    }
  }
}
