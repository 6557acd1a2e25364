package org.genlab.tck.internal;

import java.util.Arrays;
import org.genlab.api.data.Batch;
import org.genlab.api.training.State;
import org.genlab.tensor.Tensor;

/** Compares values bit by bit. */
public final class Bits {
  private Bits() {}

  /** Whether two tensors have the same shape and the same bits. */
  public static boolean same(Tensor a, Tensor b) {
    return a.shape().equals(b.shape()) && same(a.toArray(), b.toArray());
  }

  private static boolean same(float[] a, float[] b) {
    if (a.length != b.length) {
      return false;
    }
    for (int i = 0; i < a.length; i++) {
      if (Float.floatToRawIntBits(a[i]) != Float.floatToRawIntBits(b[i])) {
        return false;
      }
    }
    return true;
  }

  /** Whether two batches have the same columns with the same bits. */
  public static boolean same(Batch a, Batch b) {
    if (a.size() != b.size() || !a.columns().equals(b.columns())) {
      return false;
    }
    for (String column : a.columns()) {
      if (a.isInts(column) != b.isInts(column)) {
        return false;
      }
      boolean equal =
          a.isInts(column)
              ? a.ints(column).shape().equals(b.ints(column).shape())
                  && Arrays.equals(a.ints(column).toArray(), b.ints(column).toArray())
              : same(a.reals(column), b.reals(column));
      if (!equal) {
        return false;
      }
    }
    return true;
  }

  /** Whether two states have the same names with the same bits. */
  public static boolean same(State a, State b) {
    return a.numbers().equals(b.numbers())
        && a.arrays().keySet().equals(b.arrays().keySet())
        && a.arrays().entrySet().stream().allMatch(e -> same(e.getValue(), b.array(e.getKey())));
  }

  /** Whether all numbers of a state are finite. */
  public static boolean finite(State state) {
    return state.arrays().values().stream().allMatch(Tensor::allFinite)
        && state.numbers().values().stream().allMatch(Double::isFinite);
  }

  /** Whether each column has as many rows as the batch has examples. */
  public static boolean rowsMatch(Batch batch) {
    return batch.columns().stream()
        .allMatch(
            c ->
                batch.size()
                    == (batch.isInts(c)
                        ? batch.ints(c).shape().dimension(0)
                        : batch.reals(c).dimension(0)));
  }
}
