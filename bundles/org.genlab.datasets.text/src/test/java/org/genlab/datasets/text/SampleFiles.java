package org.genlab.datasets.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small folders of texts for tests. */
final class SampleFiles {
  private SampleFiles() {}

  static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Some sentences in two files. */
  static Path corpus(Path root) {
    for (int i = 0; i < 2; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = 0; j < 40; j++) {
        text.append("The word ").append((i + 3 * j) % 7).append(" stands here. ");
      }
      write(root.resolve("corpus/" + i + ".txt"), text.toString());
    }
    return root.resolve("corpus");
  }

  /** Reviews in folders pos and neg. */
  static Path reviews(Path root) {
    for (int i = 0; i < 20; i++) {
      write(root.resolve("reviews/pos/" + i + ".txt"), "A good film, number " + i + "!");
      write(root.resolve("reviews/neg/" + i + ".txt"), "A bad film, number " + i + "!");
    }
    return root.resolve("reviews");
  }

  /** Reviews as lines of JSON, a fifth of them with three stars. */
  static Path lines(Path root) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      int stars = i % 5 + 1;
      text.append("{\"id\": ")
          .append(i)
          .append(", \"stars\": ")
          .append(stars)
          .append(".0, \"text\": \"stars\\n")
          .append(stars)
          .append("\", \"votes\": {\"useful\": [1, 2]}}\n");
    }
    write(root.resolve("reviews.json"), text.toString());
    return root.resolve("reviews.json");
  }

  /** A new folder that is left to the system's cleaning of temporary files. */
  static Path temporary() {
    try {
      Path folder = Files.createTempDirectory("genlab-text");
      folder.toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
