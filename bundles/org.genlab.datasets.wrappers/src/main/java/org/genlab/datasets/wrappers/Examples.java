package org.genlab.datasets.wrappers;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.genlab.api.SettingException;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;

/** Reads all examples of a split, some at a time. */
final class Examples {
  private static final int AT_ONCE = 512;

  private Examples() {}

  /**
   * The number of classes of a dataset.
   *
   * @throws IllegalArgumentException when an example has not one class
   */
  static int classes(String wrapper, DataSpec spec) {
    if (spec.target() instanceof TargetSpec.Classes classes) {
      return classes.count();
    }
    throw new IllegalArgumentException(
        wrapper
            + " wraps datasets whose examples have one class each, and this one has "
            + spec.target());
  }

  /**
   * The number of values of one input.
   *
   * @throws IllegalArgumentException when inputs are not real numbers of a fixed shape
   */
  static int dimensions(String wrapper, DataSpec spec) {
    if (spec.input() instanceof InputSpec.Values values) {
      return values.size();
    }
    throw new IllegalArgumentException(
        wrapper + " needs inputs that are real numbers, and this dataset has " + spec.input());
  }

  /**
   * The split, when it has an end.
   *
   * @throws IllegalArgumentException when it is a stream
   */
  static Split finite(String wrapper, Split split) {
    if (split.size() == Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          wrapper
              + " reads all examples of the split '"
              + split.name()
              + "', which is a stream without end; give it a size");
    }
    return split;
  }

  private static List<Batch> all(Split split) {
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < split.size(); from += AT_ONCE) {
      batches.add(split.range(from, Math.min(split.size(), from + AT_ONCE)));
    }
    return batches;
  }

  /** The class of each example, as it is taught. */
  static int[] labels(Split split) {
    return ints(split, false);
  }

  /** The class of each example before it was corrupted, if that is known. */
  static int[] cleanLabels(Split split) {
    return ints(split, true);
  }

  private static int[] ints(Split split, boolean clean) {
    int[] values = new int[split.size()];
    int at = 0;
    for (Batch batch : all(split)) {
      boolean known = clean && batch.has(Annotation.CLEAN) && batch.isInts(Annotation.CLEAN);
      int[] some = (known ? batch.ints(Annotation.CLEAN) : batch.labels()).toArray();
      System.arraycopy(some, 0, values, at, some.length);
      at += some.length;
    }
    return values;
  }

  /**
   * A column of integers, one an example.
   *
   * @throws SettingException about {@code stratify} when the split has no such column
   */
  static int[] column(Split split, String name) {
    int[] values = new int[split.size()];
    int at = 0;
    for (Batch batch : all(split)) {
      if (!batch.has(name) || !batch.isInts(name)) {
        throw new SettingException(
            "stratify",
            "names '" + name + "', and the split '" + split.name() + "' has no such integers");
      }
      int[] some = batch.ints(name).toArray();
      System.arraycopy(some, 0, values, at, some.length);
      at += some.length;
    }
    return values;
  }

  /** The input of each example as one row, [examples][values]. */
  static double[][] vectors(Split split) {
    double[][] rows = new double[split.size()][];
    int at = 0;
    for (Batch batch : all(split)) {
      float[] values = batch.input().toArray();
      int width = values.length / batch.size();
      for (int i = 0; i < batch.size(); i++) {
        double[] row = new double[width];
        for (int d = 0; d < width; d++) {
          row[d] = values[i * width + d];
        }
        rows[at] = row;
        at++;
      }
    }
    return rows;
  }

  /** The positions of the examples of each class, ascending. */
  static int[][] byClass(int[] labels, int classes) {
    int[][] positions = new int[classes][];
    for (int k = 0; k < classes; k++) {
      int wanted = k;
      positions[k] = IntStream.range(0, labels.length).filter(i -> labels[i] == wanted).toArray();
    }
    return positions;
  }
}
