package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.LEN;
import static org.genlab.compute.jvm.Lanes.whole;
import static org.genlab.tensor.backend.Backend.ROWS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.genlab.tensor.backend.Reduction;

/** Reductions of rows into columns, blocks of {@code Backend.ROWS} rows at a time. */
final class Columns {
  private static final int PARTIAL = 3;

  /** Columns of a block that is summed column by column. */
  private static final int NARROW = 64;

  private Columns() {}

  /** Reduces the middle axis of x [outer, axis, inner]. */
  static void reduce(
      Workers workers,
      Reduction reduction,
      float[] x,
      int xs,
      float[] y,
      int ys,
      int outer,
      int axis,
      int inner,
      boolean accumulate) {
    int blocks = Math.max(1, (axis + ROWS - 1) / ROWS);
    boolean direct = blocks == 1 && !accumulate;
    float[] partial = direct ? y : Scratch.get().array(PARTIAL, outer * blocks * inner);
    int start = direct ? ys : 0;
    int units = outer * blocks;
    int together = Math.max(1, JvmBackend.CHUNK / Math.max(1, Math.min(axis, ROWS) * inner));
    workers.run(
        (units + together - 1) / together,
        chunk -> {
          int end = Math.min(units, (chunk + 1) * together);
          for (int unit = chunk * together; unit < end; unit++) {
            int from = unit % blocks * ROWS;
            int at = xs + (unit / blocks * axis + from) * inner;
            int rows = Math.min(ROWS, axis - from);
            block(reduction, x, at, rows, inner, partial, start + unit * inner);
          }
        });
    if (!direct) {
      for (int o = 0; o < outer; o++) {
        combine(
            reduction, partial, o * blocks * inner, blocks, inner, y, ys + o * inner, accumulate);
      }
    }
  }

  private static void block(
      Reduction reduction, float[] x, int at, int rows, int n, float[] to, int place) {
    boolean sum = reduction == Reduction.SUM;
    if (sum && n <= NARROW) {
      sums(x, at, rows, n, to, place);
      return;
    }
    Arrays.fill(to, place, place + n, sum ? 0 : Float.NEGATIVE_INFINITY);
    for (int r = 0; r < rows; r++) {
      if (sum) {
        Rows.add(x, at + r * n, to, place, n);
      } else {
        Rows.maximum(x, at + r * n, to, place, n);
      }
    }
  }

  /** Sums a block of which few lines of the cache hold a row: sums stay in registers. */
  private static void sums(float[] x, int at, int rows, int n, float[] to, int place) {
    int whole = whole(n);
    for (int j = 0; j < whole; j += LEN) {
      FloatVector sum = FloatVector.zero(F);
      for (int r = 0; r < rows; r++) {
        sum = sum.add(FloatVector.fromArray(F, x, at + j + r * n));
      }
      sum.intoArray(to, place + j);
    }
    for (int j = whole; j < n; j++) {
      float sum = 0;
      for (int r = 0; r < rows; r++) {
        sum += x[at + j + r * n];
      }
      to[place + j] = sum;
    }
  }

  /** Combines the results of blocks, which are overwritten. */
  static void combine(
      Reduction reduction,
      float[] partial,
      int at,
      int blocks,
      int n,
      float[] y,
      int ys,
      boolean accumulate) {
    for (int b = 1; b < blocks; b++) {
      if (reduction == Reduction.SUM) {
        Rows.add(partial, at + b * n, partial, at, n);
      } else {
        Rows.maximum(partial, at + b * n, partial, at, n);
      }
    }
    if (accumulate) {
      Rows.add(partial, at, y, ys, n);
    } else {
      System.arraycopy(partial, at, y, ys, n);
    }
  }
}
