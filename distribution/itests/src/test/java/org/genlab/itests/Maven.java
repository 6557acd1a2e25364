package org.genlab.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Builds projects of others, as their authors do: with the Maven that runs these tests. */
final class Maven {
  /** Far more than any of these builds takes, also when it has to fetch something. */
  private static final long LIMIT_MINUTES = 10;

  private Maven() {}

  /**
   * Runs Maven in a directory against the sdk of the assembled installation; it must succeed.
   *
   * @param arguments goals and options
   */
  static void run(Path directory, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("genlab.mvn"));
    command.addAll(List.of("-B", "-ntp", "-Dstyle.color=never"));
    command.add("-Dmaven.repo.local=" + System.getProperty("genlab.mvn.repository"));
    command.add("-Dgenlab.sdk=" + sdk());
    command.addAll(List.of(arguments));
    try {
      Path log = Files.createTempFile(directory, "mvn-", ".log");
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      try {
        if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
          throw new AssertionError(command + " failed:\n" + Files.readString(log));
        }
      } finally {
        process.destroyForcibly();
      }
      Files.delete(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** What projects of plugins build against. */
  static Path sdk() {
    return Genlab.home().toAbsolutePath().resolve("sdk");
  }
}
