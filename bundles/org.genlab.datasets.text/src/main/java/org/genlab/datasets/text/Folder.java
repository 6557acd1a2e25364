package org.genlab.datasets.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.genlab.api.SettingException;

/** Reads folders of text files in the order of their names, whatever the file system's is. */
final class Folder {
  private Folder() {}

  /**
   * The folder at a path.
   *
   * @throws SettingException when there is none
   */
  static Path at(String setting, String path) {
    Path folder = Path.of(path);
    if (!Files.isDirectory(folder)) {
      throw new SettingException(
          setting, "must be a folder, and there is none at " + folder.toAbsolutePath());
    }
    return folder;
  }

  /** The files below a folder whose names end like that, by their path. */
  static List<Path> files(Path folder, String ending) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().endsWith(ending))
          .sorted((a, b) -> name(folder, a).compareTo(name(folder, b)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the folder " + folder + " cannot be read: " + e, e);
    }
  }

  private static String name(Path folder, Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException("the file " + file + " cannot be read: " + e, e);
    }
  }

  /** A file as UTF-8; what is none becomes a replacement character. */
  static String text(Path file) {
    return new String(bytes(file), StandardCharsets.UTF_8);
  }
}
