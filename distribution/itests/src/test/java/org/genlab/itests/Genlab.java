package org.genlab.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The assembled program, started through its script as a user starts it. */
final class Genlab {
  /** Far more than any command of these tests takes; a process that lives longer hangs. */
  private static final long LIMIT_SECONDS = 120;

  private final Path work;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private Path script = home().resolve("bin/genlab");

  /**
   * A program that is run in a directory.
   *
   * @param work the working directory; caches and captured output lie in it too
   */
  Genlab(Path work) {
    this.work = work;
    environment.put("GENLAB_CACHE", work.resolve("cache").toString());
    environment.put("GENLAB_CONFIG", work.resolve("configuration").toString());
    environment.put("GENLAB_ARCHIVE", work.resolve("archive").toString());
  }

  /** The assembled installation directory. */
  static Path home() {
    return Path.of(System.getProperty("genlab.home")).normalize();
  }

  Genlab with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Genlab script(Path path) {
    script = path;
    return this;
  }

  /** Runs the program to its end. */
  Result run(String... arguments) {
    try (Running running = start(arguments)) {
      return running.result();
    }
  }

  /** Starts the program. */
  Running start(String... arguments) {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(Arrays.asList(arguments));
    try {
      Path out = Files.createTempFile(work, "stdout-", ".txt");
      Path err = Files.createTempFile(work, "stderr-", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(work.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(environment);
      return new Running(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How a process ended and what it wrote. */
  record Result(int code, String out, String err) {
    String describe() {
      return "exit code " + code + "\n--- stdout\n" + out + "--- stderr\n" + err;
    }
  }

  /** A started process, killed on close. */
  record Running(Process process, Path out, Path err) implements AutoCloseable {
    Result result() {
      try {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
          throw new AssertionError("hangs; so far:\n" + read(err));
        }
        return new Result(process.exitValue(), read(out), settled(err));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }

    /** Sends SIGINT, as Ctrl-C does, to the Java process, which the script has turned into. */
    void interrupt() {
      signal("INT");
    }

    void signal(String name) {
      try {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static String settled(Path file) throws InterruptedException {
      String text = read(file);
      // The filter of the JVM's own messages may write its last lines after the process ended.
      for (int i = 0; i < 20; i++) {
        Thread.sleep(5);
        String later = read(file);
        if (later.equals(text)) {
          break;
        }
        text = later;
      }
      return text;
    }

    private static String read(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
