package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.LEN;
import static org.genlab.compute.jvm.Lanes.whole;

import jdk.incubator.vector.FloatVector;
import org.genlab.tensor.backend.SparseRows;

/** Products with sparse matrices, and sums that run along an axis. */
final class SparseLoops {
  private SparseLoops() {}

  /** Rows [from, to) of y = a x. */
  static void product(
      SparseRows a,
      int from,
      int to,
      float[] values,
      int valuesAt,
      float[] x,
      int xs,
      float[] y,
      int ys,
      int width,
      boolean accumulate) {
    int[] starts = a.starts();
    int[] columns = a.columns();
    int[] entries = a.entries();
    float[] end = Scratch.get().first;
    for (int i = from; i < to; i++) {
      int first = starts[i];
      int last = starts[i + 1];
      int row = ys + i * width;
      int j = 0;
      for (; j + 4 * LEN <= width; j += 4 * LEN) {
        wide(
            columns,
            entries,
            first,
            last,
            values,
            valuesAt,
            x,
            xs + j,
            y,
            row + j,
            width,
            accumulate);
      }
      for (; j + LEN <= width; j += LEN) {
        narrow(
            columns,
            entries,
            first,
            last,
            values,
            valuesAt,
            x,
            xs + j,
            y,
            row + j,
            width,
            accumulate);
      }
      if (j < width) {
        rest(
            columns,
            entries,
            first,
            last,
            values,
            valuesAt,
            x,
            xs + j,
            y,
            row + j,
            width,
            accumulate,
            width - j,
            end);
      }
    }
  }

  private static float value(int[] entries, int e, float[] values, int valuesAt) {
    return values == null ? 1 : values[valuesAt + (entries == null ? e : entries[e])];
  }

  private static void wide(
      int[] columns,
      int[] entries,
      int first,
      int last,
      float[] values,
      int valuesAt,
      float[] x,
      int xs,
      float[] y,
      int ys,
      int width,
      boolean accumulate) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = FloatVector.zero(F);
    FloatVector s2 = FloatVector.zero(F);
    FloatVector s3 = FloatVector.zero(F);
    if (accumulate) {
      s0 = FloatVector.fromArray(F, y, ys);
      s1 = FloatVector.fromArray(F, y, ys + LEN);
      s2 = FloatVector.fromArray(F, y, ys + 2 * LEN);
      s3 = FloatVector.fromArray(F, y, ys + 3 * LEN);
    }
    for (int e = first; e < last; e++) {
      FloatVector v = FloatVector.broadcast(F, value(entries, e, values, valuesAt));
      int at = xs + columns[e] * width;
      s0 = v.fma(FloatVector.fromArray(F, x, at), s0);
      s1 = v.fma(FloatVector.fromArray(F, x, at + LEN), s1);
      s2 = v.fma(FloatVector.fromArray(F, x, at + 2 * LEN), s2);
      s3 = v.fma(FloatVector.fromArray(F, x, at + 3 * LEN), s3);
    }
    s0.intoArray(y, ys);
    s1.intoArray(y, ys + LEN);
    s2.intoArray(y, ys + 2 * LEN);
    s3.intoArray(y, ys + 3 * LEN);
  }

  private static void narrow(
      int[] columns,
      int[] entries,
      int first,
      int last,
      float[] values,
      int valuesAt,
      float[] x,
      int xs,
      float[] y,
      int ys,
      int width,
      boolean accumulate) {
    FloatVector sum = accumulate ? FloatVector.fromArray(F, y, ys) : FloatVector.zero(F);
    for (int e = first; e < last; e++) {
      FloatVector v = FloatVector.broadcast(F, value(entries, e, values, valuesAt));
      sum = v.fma(FloatVector.fromArray(F, x, xs + columns[e] * width), sum);
    }
    sum.intoArray(y, ys);
  }

  /** The last n < LEN numbers of a row: vectors read beyond it where there is something. */
  private static void rest(
      int[] columns,
      int[] entries,
      int first,
      int last,
      float[] values,
      int valuesAt,
      float[] x,
      int xs,
      float[] y,
      int ys,
      int width,
      boolean accumulate,
      int n,
      float[] end) {
    if (accumulate) {
      System.arraycopy(y, ys, end, 0, n);
    }
    FloatVector sum = accumulate ? FloatVector.fromArray(F, end, 0) : FloatVector.zero(F);
    int limit = x.length - LEN;
    for (int e = first; e < last; e++) {
      FloatVector v = FloatVector.broadcast(F, value(entries, e, values, valuesAt));
      int at = xs + columns[e] * width;
      if (at <= limit) {
        sum = v.fma(FloatVector.fromArray(F, x, at), sum);
      } else {
        System.arraycopy(x, at, end, 0, n);
        sum = v.fma(FloatVector.fromArray(F, end, 0), sum);
      }
    }
    sum.intoArray(end, 0);
    System.arraycopy(end, 0, y, ys, n);
  }

  /** The products of rows for the entries of the rows [from, to). */
  static void dots(
      SparseRows a,
      int from,
      int to,
      float[] x,
      int xs,
      float[] y,
      int ys,
      float[] d,
      int ds,
      int width) {
    int[] entries = a.entries();
    for (int i = from; i < to; i++) {
      for (int e = a.starts()[i]; e < a.starts()[i + 1]; e++) {
        int place = entries == null ? e : entries[e];
        d[ds + place] = Rows.dot(x, xs + i * width, y, ys + a.columns()[e] * width, width);
      }
    }
  }

  /** Running sums of one [axis, inner], of the columns [from, to). */
  static void cumulativeSum(
      float[] x,
      int xs,
      float[] y,
      int ys,
      int axis,
      int inner,
      int from,
      int to,
      boolean reverse) {
    if (inner == 1) {
      float sum = 0;
      for (int i = 0; i < axis; i++) {
        int at = reverse ? axis - 1 - i : i;
        sum = i == 0 ? x[xs + at] : sum + x[xs + at];
        y[ys + at] = sum;
      }
      return;
    }
    int whole = from + whole(to - from);
    for (int i = 0; i < axis; i++) {
      int at = (reverse ? axis - 1 - i : i) * inner;
      int before = reverse ? at + inner : at - inner;
      if (i == 0) {
        System.arraycopy(x, xs + at + from, y, ys + at + from, to - from);
        continue;
      }
      for (int j = from; j < whole; j += LEN) {
        FloatVector.fromArray(F, y, ys + before + j)
            .add(FloatVector.fromArray(F, x, xs + at + j))
            .intoArray(y, ys + at + j);
      }
      for (int j = whole; j < to; j++) {
        y[ys + at + j] = y[ys + before + j] + x[xs + at + j];
      }
    }
  }
}
