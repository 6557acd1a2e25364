package org.genlab.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A directory in which one process keeps the framework's copies of the bundles: locked while the
 * process lives, reused by the next one with the same build. Directories are {@code
 * <root>/<build>/slot-<n>}; the first free slot is taken, so that there are only as many as
 * processes ever ran at once.
 *
 * <p>Slots are chosen and removed under a lock on the root, hence a slot never vanishes between
 * being chosen and being locked.
 */
final class StorageSlot implements AutoCloseable {
  /** How many slots of other builds one start removes at most, so that it never takes long. */
  private static final int REMOVALS = 4;

  /** Directories of the root that hold no slots: unpacked native libraries, and indexes. */
  private static final Set<String> OTHERS = Set.of("javacpp", "repositories");

  private static final String LOCK = "lock";
  private static final String COMPLETE = "complete";

  private final Path directory;
  private final FileChannel channel;
  private final boolean temporary;

  private StorageSlot(Path directory, FileChannel channel, boolean temporary) {
    this.directory = directory;
    this.channel = channel;
    this.temporary = temporary;
  }

  /**
   * Where slots are kept: {@code GENLAB_CACHE}, or {@code genlab} in the user's cache directory.
   */
  static Path root() {
    String own = System.getenv("GENLAB_CACHE");
    if (own != null && !own.isEmpty()) {
      return Path.of(own).toAbsolutePath();
    }
    String user = System.getenv("XDG_CACHE_HOME");
    // The specification of base directories says that relative paths are to be ignored.
    return user != null && Path.of(user).isAbsolute()
        ? Path.of(user, "genlab")
        : Path.of(System.getProperty("user.home"), ".cache", "genlab");
  }

  /**
   * Locks the first free slot of a build. Where the root cannot be written to or locked the slot is
   * a temporary directory, removed on close.
   */
  static StorageSlot acquire(Path root, String build) throws IOException {
    try {
      Files.createDirectories(root);
      try (FileChannel guard = open(root.resolve(LOCK))) {
        guard.lock();
        StorageSlot slot = firstFree(root.resolve(build));
        if (!slot.isComplete()) {
          removeStale(root, build);
        }
        return slot;
      }
    } catch (IOException | UnsupportedOperationException e) {
      Path directory = Files.createTempDirectory("genlab-");
      return new StorageSlot(directory, open(directory.resolve(LOCK)), true);
    }
  }

  private static StorageSlot firstFree(Path build) throws IOException {
    for (int n = 0; ; n++) {
      Path directory = Files.createDirectories(build.resolve("slot-" + n));
      FileChannel channel = tryLock(directory);
      if (channel != null) {
        return new StorageSlot(directory, channel, false);
      }
    }
  }

  /** Locks a slot; null when another process, or this one, holds it. */
  private static FileChannel tryLock(Path slot) throws IOException {
    FileChannel channel = open(slot.resolve(LOCK));
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Held by this process.
    }
    channel.close();
    return null;
  }

  private static FileChannel open(Path lock) throws IOException {
    return FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static void removeStale(Path root, String build) throws IOException {
    List<Path> stale = new ArrayList<>();
    for (Path other : list(root)) {
      if (Files.isDirectory(other)
          && !other.endsWith(build)
          && !OTHERS.contains(other.getFileName().toString())) {
        List<Path> slots = list(other);
        stale.addAll(slots);
        if (slots.isEmpty()) {
          Files.delete(other);
        }
      }
    }
    for (Path slot : stale.subList(0, Math.min(REMOVALS, stale.size()))) {
      FileChannel channel = tryLock(slot);
      if (channel != null) {
        try (channel) {
          delete(slot);
        }
        if (list(slot.getParent()).isEmpty()) {
          Files.delete(slot.getParent());
        }
      }
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    }
  }

  private static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** The framework's storage directory. */
  Path storage() {
    return directory.resolve("framework");
  }

  /** Whether the storage holds every bundle of the build. */
  boolean isComplete() {
    return Files.exists(directory.resolve(COMPLETE));
  }

  /** Says that the storage holds every bundle: the next process need not install them again. */
  void complete() throws IOException {
    Files.createFile(directory.resolve(COMPLETE));
  }

  /** Says that the storage holds other bundles than those of the build from now on. */
  void spoil() {
    try {
      Files.deleteIfExists(directory.resolve(COMPLETE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Empties the storage. */
  void clear() throws IOException {
    Files.deleteIfExists(directory.resolve(COMPLETE));
    if (Files.exists(storage())) {
      delete(storage());
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (temporary) {
      delete(directory);
    }
  }
}
