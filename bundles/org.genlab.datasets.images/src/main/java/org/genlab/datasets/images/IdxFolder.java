package org.genlab.datasets.images;

import java.util.Arrays;
import java.util.Map;
import org.genlab.api.Randomness;
import org.genlab.api.SettingException;
import org.genlab.api.data.Dataset;
import org.genlab.datasets.images.FontDigits.Settings;
import org.genlab.tensor.random.RandomStream;

/** Chooses the images of the splits from the files of a folder. */
final class IdxFolder {
  private IdxFolder() {}

  /**
   * Reads the splits, by name.
   *
   * @throws SettingException when a file is missing or damaged, or has fewer images than asked for
   */
  static Map<String, Images> read(Settings settings, Randomness randomness) {
    int[] classOf = classes(settings.characters());
    IdxFile.Labelled first = IdxFile.labelled(settings.folder(), "train");
    IdxFile.Labelled second = IdxFile.labelled(settings.folder(), "t10k");
    if (first.images().height() != second.images().height()
        || first.images().width() != second.images().width()) {
      throw new SettingException(
          "folder",
          "must have images of one size; those for training are "
              + first.images().height()
              + " x "
              + first.images().width()
              + " and those for testing "
              + second.images().height()
              + " x "
              + second.images().width());
    }
    Images.Met met = new Images.Met();
    int[] usable = usable(first, classOf, met, randomness.stream("split"));
    // Validation comes first in the order, so that it stays the same when more is trained on.
    int held = settings.validation();
    int[] validation = take(usable, 0, held, "validation", settings);
    int[] train =
        take(
            usable,
            held,
            settings.train() == 0 ? Math.max(1, usable.length - held) : settings.train(),
            "train",
            settings);
    int[] left = usable(second, classOf, met, randomness.stream("test"));
    int[] test =
        take(left, 0, settings.test() == 0 ? left.length : settings.test(), "test", settings);
    return Map.of(
        Dataset.TRAIN, select(first, train, classOf),
        Dataset.VALIDATION, select(first, validation, classOf),
        Dataset.TEST, select(second, test, classOf));
  }

  /** The class of each digit, or -1. */
  private static int[] classes(String characters) {
    int[] classOf = new int[10];
    Arrays.fill(classOf, -1);
    for (int i = 0; i < characters.length(); i++) {
      int digit = characters.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw new SettingException(
            "characters",
            "must be digits for images from a folder, and '" + characters.charAt(i) + "' is none");
      }
      classOf[digit] = i;
    }
    return classOf;
  }

  /** Images of the classes, none met before, in a random order. */
  private static int[] usable(
      IdxFile.Labelled file, int[] classOf, Images.Met met, RandomStream random) {
    int size = file.images().height() * file.images().width();
    return Arrays.stream(random.permutation(file.labels().length))
        .filter(i -> classOf[file.labels()[i]] >= 0)
        .filter(i -> met.add(file.images().pixels(), i * size, size))
        .toArray();
  }

  private static int[] take(int[] usable, int from, int count, String setting, Settings settings) {
    if ((long) from + count > usable.length) {
      throw new SettingException(
          setting,
          "must be at most "
              + Math.max(0, usable.length - from)
              + ", as the folder '"
              + settings.folder()
              + "' has no more different images of these classes"
              + (from > 0 ? " beside the " + from + " for validation" : "")
              + "; "
              + count
              + " is too many");
    }
    return Arrays.copyOfRange(usable, from, from + count);
  }

  private static Images select(IdxFile.Labelled file, int[] chosen, int[] classOf) {
    int height = file.images().height();
    int width = file.images().width();
    int size = height * width;
    byte[] pixels = new byte[chosen.length * size];
    int[] labels = new int[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(file.images().pixels(), chosen[i] * size, pixels, i * size, size);
      labels[i] = classOf[file.labels()[chosen[i]]];
    }
    return new Images(height, width, pixels, labels, new int[0]);
  }
}
