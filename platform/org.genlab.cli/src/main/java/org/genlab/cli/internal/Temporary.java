package org.genlab.cli.internal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.genlab.store.UserError;

/** A directory for files that are needed for a moment. */
record Temporary(Path path) implements AutoCloseable {
  static Temporary create() {
    try {
      return new Temporary(Files.createTempDirectory("genlab-"));
    } catch (IOException e) {
      throw new UserError(
          "there is no room for temporary files ("
              + e.getMessage()
              + "); free some space, or set java.io.tmpdir in GENLAB_JAVA_OPTS.",
          e);
    }
  }

  @Override
  public void close() {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(path);
    } catch (IOException e) {
      // The system clears its directory of temporary files.
    }
  }
}
