package org.genlab.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Makes the directories of runs and studies so that, whatever happens, a reader finds none or one
 * with the file that says what it is: it is made under a hidden name beside its place, and renamed.
 */
public final class NewDirectories {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  private NewDirectories() {}

  /**
   * Makes {@code <parent>/<name>-<yyyyMMdd-HHmmss>}, with {@code -2}, {@code -3}... when that
   * exists.
   *
   * @param parent made when there is none
   * @param name characters that file names should not have become {@code -}
   * @param file the name of the file that stands in it from the beginning
   * @throws UserError when it cannot be made
   */
  public static Path stamped(Path parent, String name, String file, String text) {
    return stamped(parent, name, file, text, LocalDateTime.now(ZoneId.systemDefault()));
  }

  static Path stamped(Path parent, String name, String file, String text, LocalDateTime time) {
    String base = fileName(name) + "-" + STAMP.format(time);
    for (int n = 1; ; n++) {
      Path path = parent.resolve(n == 1 ? base : base + "-" + n);
      try {
        make(path, file, text);
        return path;
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(parent)) {
          throw AtomicFiles.cannotWrite(path, e);
        }
      } catch (IOException e) {
        throw AtomicFiles.cannotWrite(path, e);
      }
    }
  }

  private static String fileName(String name) {
    String safe = name.replaceAll("[^A-Za-z0-9._-]+", "-");
    return safe.isEmpty() || safe.startsWith(".") ? "run" + safe : safe;
  }

  /**
   * Makes a directory of exactly that path.
   *
   * @param file the name of the file that stands in it from the beginning
   * @throws UserError when it exists or cannot be made
   */
  public static void exactly(Path path, String file, String text) {
    try {
      make(path, file, text);
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(path, e);
    }
  }

  private static void make(Path path, String file, String text) throws IOException {
    Path place = path.toAbsolutePath();
    Files.createDirectories(place.getParent());
    if (Files.exists(place)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    // Others may be making a directory of the same name at this moment; one of them is first.
    String own = ProcessHandle.current().pid() + "-" + Thread.currentThread().getId();
    Path hidden = place.resolveSibling("." + place.getFileName() + "." + own + ".new");
    Files.createDirectories(hidden);
    try {
      AtomicFiles.write(hidden.resolve(file), text);
      Files.move(hidden, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      throw Files.exists(place) ? new FileAlreadyExistsException(path.toString()) : e;
    } finally {
      // Only where it was not moved.
      Files.deleteIfExists(hidden.resolve(file));
      Files.deleteIfExists(hidden);
    }
    AtomicFiles.syncDirectory(place.getParent());
  }
}
