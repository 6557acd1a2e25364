package org.genlab.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir Path directory;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void replacesAFile() throws IOException {
    Path file = directory.resolve("a.txt");
    AtomicFiles.write(file, "one");
    AtomicFiles.write(file, "two");
    assertEquals("two", Files.readString(file));
    assertEquals(List.of("a.txt"), names());
  }

  @Test
  void aFullDiskLeavesTheOldFile() throws IOException {
    Path file = directory.resolve("a.txt");
    AtomicFiles.write(file, "old");
    UserError error =
        assertThrows(
            UserError.class,
            () ->
                AtomicFiles.write(
                    file, out -> out.write(new byte[100_000]), out -> new FullDisk(out, 70_000)));
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("a.txt"), names());
    assertTrue(error.getMessage().contains(file.toString()), error.getMessage());
    assertTrue(error.getMessage().contains("disk is full"), error.getMessage());
  }

  @Test
  void anErrorOfTheBodyLeavesTheOldFile() throws IOException {
    Path file = directory.resolve("a.txt");
    AtomicFiles.write(file, "old");
    assertThrows(
        UncheckedIOException.class,
        () ->
            AtomicFiles.write(
                file,
                out -> {
                  out.write(1);
                  throw new UncheckedIOException(new IOException("body"));
                }));
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("a.txt"), names());
  }

  @Test
  void saysWhatIsWrongAndWhatWouldHelp() {
    Path file = directory.resolve("a.txt");
    String denied =
        AtomicFiles.cannotWrite(file, new AccessDeniedException(file.toString())).getMessage();
    assertTrue(denied.contains("no permission") && denied.contains(file.toString()), denied);
    String readOnly =
        AtomicFiles.cannotWrite(
                file, new FileSystemException(file.toString(), null, "Read-only file system"))
            .getMessage();
    assertTrue(readOnly.contains("file system is read-only"), readOnly);
    String missing =
        assertThrows(
                UserError.class,
                () -> AtomicFiles.write(directory.resolve("none").resolve("a.txt"), "x"))
            .getMessage();
    assertTrue(missing.contains("there is no directory"), missing);
  }
}
