package org.genlab.store;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Writes whole files so that, whatever happens, a reader finds either the old file or the new one:
 * a temporary file in the same directory is written and forced to the disk, renamed over the old
 * one, and the directory is forced to the disk.
 */
public final class AtomicFiles {
  /**
   * Whether nothing is forced to the disk: set for tests inside one process, which make thousands
   * of small runs and cannot see the difference.
   */
  private static final boolean VOLATILE = Boolean.getBoolean("genlab.store.volatile");

  private static final int BUFFER = 1 << 16;

  private AtomicFiles() {}

  /** What is to stand in a file. */
  @FunctionalInterface
  public interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Replaces a file.
   *
   * @throws UserError when it cannot be written; what stood there before is untouched
   */
  public static void write(Path target, Body body) {
    write(target, body, UnaryOperator.identity());
  }

  /** Replaces a file by a text in UTF-8. */
  public static void write(Path target, String text) {
    write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Replaces a file that other processes, or threads of this one, may be writing at this moment;
   * who is last wins.
   *
   * @throws UserError when it cannot be written; what stood there before is untouched
   */
  public static void writeBesideOthers(Path target, Body body) {
    String own = ProcessHandle.current().pid() + "-" + Thread.currentThread().getId();
    write(target, "." + target.getFileName() + "." + own + ".tmp", body, UnaryOperator.identity());
  }

  static void write(Path target, Body body, UnaryOperator<OutputStream> device) {
    write(target, "." + target.getFileName() + ".tmp", body, device);
  }

  private static void write(
      Path target, String temporaryName, Body body, UnaryOperator<OutputStream> device) {
    Path temporary = target.resolveSibling(temporaryName);
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        OutputStream out =
            new BufferedOutputStream(device.apply(Channels.newOutputStream(channel)), BUFFER);
        body.writeTo(out);
        out.flush();
        force(channel);
      }
      move(temporary, target);
    } catch (IOException e) {
      deleteQuietly(temporary);
      throw cannotWrite(target, e);
    } catch (RuntimeException e) {
      deleteQuietly(temporary);
      throw e;
    }
    syncDirectory(target.toAbsolutePath().getParent());
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("its file system cannot replace files atomically", e);
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // The error that led here is the one to report; the temporary file is overwritten next time.
    }
  }

  /** Forces what was written to the disk: it is there even when the machine fails. */
  static void force(FileChannel channel) throws IOException {
    if (!VOLATILE) {
      channel.force(true);
    }
  }

  /** Forces a directory's entries to the disk, where the system can. */
  static void syncDirectory(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      force(channel);
    } catch (IOException e) {
      // Some systems cannot open directories; there, renaming is as durable as it gets.
    }
  }

  /**
   * The sentence for a file that cannot be written: what, where, and what would put it right.
   *
   * @param target the file or directory
   */
  public static UserError cannotWrite(Path target, IOException cause) {
    String reason = reason(cause);
    String lower = reason.toLowerCase(Locale.ROOT);
    String advice;
    if (lower.contains("no space left") || lower.contains("quota") || isFull(target)) {
      advice = "the disk is full; free some space there, or write to another disk";
    } else if (lower.contains("read-only")) {
      advice = "its file system is read-only; write to a directory elsewhere";
    } else if (cause instanceof AccessDeniedException || lower.contains("permission denied")) {
      advice =
          "there is no permission to write in "
              + target.toAbsolutePath().getParent()
              + "; make it writable or choose another directory";
    } else {
      advice = reason;
    }
    return new UserError("cannot write " + target + ": " + advice + ".", cause);
  }

  private static String reason(IOException cause) {
    if (cause instanceof FileSystemException e) {
      if (e.getReason() != null) {
        return e.getReason();
      }
      return switch (e.getClass().getSimpleName()) {
        case "NoSuchFileException" -> "there is no directory " + e.getFile();
        case "NotDirectoryException" -> e.getFile() + " is not a directory";
        case "FileAlreadyExistsException" -> e.getFile() + " is in the way";
        case "AccessDeniedException" -> "permission denied";
        default -> e.getClass().getSimpleName() + " " + e.getFile();
      };
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  private static boolean isFull(Path target) {
    try {
      Path directory = target.toAbsolutePath().getParent();
      return Files.isDirectory(directory) && Files.getFileStore(directory).getUsableSpace() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** The sentence for a file that cannot be read. */
  public static UserError cannotRead(Path file, IOException cause) {
    return new UserError("cannot read " + file + ": " + reason(cause) + ".", cause);
  }
}
