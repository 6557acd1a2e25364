package org.genlab.architectures.kernels;

import java.util.Arrays;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;

/** Reads what networks that are computed from their training data are fitted to. */
final class Targets {
  private static final int AT_ONCE = 512;

  private Targets() {}

  /**
   * The number of values of an input.
   *
   * @throws IllegalArgumentException when inputs are not real numbers of a fixed shape
   */
  static int dimensions(String architecture, DataSpec spec) {
    if (spec.input() instanceof InputSpec.Values values) {
      return values.size();
    }
    throw new IllegalArgumentException(
        architecture + " reads real numbers, and the dataset gives " + spec.input());
  }

  /** The examples of a split, [n][values]. */
  static float[][] inputs(String architecture, Split split) {
    if (split.size() == Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          architecture
              + " is computed from all training examples, and the split '"
              + split.name()
              + "' is a stream without end");
    }
    float[][] rows = new float[split.size()][];
    for (int from = 0; from < rows.length; from += AT_ONCE) {
      Batch batch = split.range(from, Math.min(rows.length, from + AT_ONCE));
      float[] values = batch.input().toArray();
      int width = values.length / batch.size();
      for (int i = 0; i < batch.size(); i++) {
        rows[from + i] = Arrays.copyOfRange(values, i * width, (i + 1) * width);
      }
    }
    return rows;
  }

  /** Real targets, or 1 for the class of the example and 0 for the others: [outputs][n]. */
  static double[][] targets(Split split, TargetSpec spec, int outputs) {
    double[][] y = new double[outputs][split.size()];
    for (int from = 0; from < split.size(); from += AT_ONCE) {
      Batch batch = split.range(from, Math.min(split.size(), from + AT_ONCE));
      float[] values =
          spec instanceof TargetSpec.Classes && batch.isInts(Batch.TARGET)
              ? batch.labels().oneHot(outputs).toArray()
              : batch.reals(Batch.TARGET).toArray();
      for (int i = 0; i < values.length; i++) {
        y[i % outputs][from + i / outputs] = values[i];
      }
    }
    return y;
  }
}
