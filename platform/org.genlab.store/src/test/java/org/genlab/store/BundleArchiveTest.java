package org.genlab.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleArchiveTest {
  /** SHA-256 of "abc", from FIPS 180-4. */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir Path work;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void jarsAreFoundByTheirDigest() throws IOException {
    BundleArchive archive = new BundleArchive(work.resolve("a/b"));
    assertEquals(Optional.empty(), archive.get(ABC));
    Path jar = Files.write(work.resolve("x.jar"), bytes("abc"));
    assertEquals(ABC, archive.put(jar));
    assertEquals(Optional.of(work.resolve("a/b").resolve(ABC + ".jar")), archive.get(ABC));
    assertArrayEquals(bytes("abc"), Files.readAllBytes(archive.get(ABC).orElseThrow()));
    assertEquals(Optional.empty(), archive.get("../" + ABC));
    assertEquals(Optional.empty(), archive.get(""));
  }

  @Test
  void aDamagedJarIsNotGivenOutAndIsMendedByTheNextOne() throws IOException {
    BundleArchive archive = new BundleArchive(work);
    archive.put(bytes("abc"));
    Files.write(work.resolve(ABC + ".jar"), bytes("abd"));
    assertEquals(Optional.empty(), archive.get(ABC));
    archive.put(bytes("abc"));
    assertTrue(archive.get(ABC).isPresent());
  }

  @Test
  void severalMayWriteAtOnceAndLeaveNothingElseBehind() throws IOException {
    BundleArchive archive = new BundleArchive(work.resolve("archive"));
    byte[] big = new byte[300_000];
    List<CompletableFuture<String>> writers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      writers.add(CompletableFuture.supplyAsync(() -> archive.put(big)));
    }
    String digest = writers.get(0).join();
    writers.forEach(w -> assertEquals(digest, w.join()));
    assertArrayEquals(big, Files.readAllBytes(archive.get(digest).orElseThrow()));
    try (Stream<Path> files = Files.list(archive.directory())) {
      assertEquals(List.of(digest + ".jar"), files.map(f -> f.getFileName().toString()).toList());
    }
  }

  @Test
  void whatCannotBeWrittenIsSaidInASentence() throws IOException {
    Path file = Files.createFile(work.resolve("file"));
    UserError error =
        assertThrows(UserError.class, () -> new BundleArchive(file).put(bytes("abc")));
    assertTrue(error.getMessage().startsWith("cannot write " + file), error.getMessage());
    UserError missing =
        assertThrows(
            UserError.class, () -> new BundleArchive(work).put(work.resolve("missing.jar")));
    assertTrue(missing.getMessage().startsWith("cannot read "), missing.getMessage());
  }

  @Test
  void theArchiveOfAUserIsWhereTheEnvironmentSays() {
    assertEquals(
        Path.of("/home/ada/.local/share/genlab/bundles"),
        BundleArchive.directory(Map.of(), "/home/ada"));
    assertEquals(
        Path.of("/data/genlab/bundles"),
        BundleArchive.directory(Map.of("XDG_DATA_HOME", "/data"), "/home/ada"));
    assertEquals(
        Path.of("/home/ada/.local/share/genlab/bundles"),
        BundleArchive.directory(Map.of("XDG_DATA_HOME", "relative"), "/home/ada"));
    assertEquals(
        Path.of("/archive"),
        BundleArchive.directory(
            Map.of("XDG_DATA_HOME", "/data", "GENLAB_ARCHIVE", "/archive"), "/home/ada"));
  }
}
