package org.genlab.study.report;

import org.genlab.study.plot.Ink;

/**
 * The name of a series in its parts.
 *
 * @param split the data it was measured on; empty for what is not measured on data
 * @param metric what was measured
 */
record SeriesName(String split, String metric) {
  static SeriesName of(String name) {
    int slash = name.indexOf('/');
    return slash < 0
        ? new SeriesName("", name)
        : new SeriesName(name.substring(0, slash), name.substring(slash + 1));
  }

  /** Whether its values are parts of a whole. */
  boolean isPart() {
    return metric.equals("accuracy") || metric.endsWith("-accuracy");
  }

  boolean isLoss() {
    return metric.equals("loss") || metric.endsWith("-loss");
  }

  /** The split as people call it. */
  String splitText() {
    return split.equals("train") ? "training" : split;
  }

  /** The colour of a split, the same in all figures; of others by their index. */
  Ink ink(int index) {
    return switch (split) {
      case "train" -> Ink.BLUE;
      case "validation" -> Ink.ORANGE;
      case "test" -> Ink.GREEN;
      default -> Ink.series(index);
    };
  }

  /** A name for a file. */
  static String fileName(String name) {
    String safe = name.replaceAll("[^A-Za-z0-9._-]+", "-");
    return safe.startsWith(".") ? "_" + safe : safe;
  }
}
