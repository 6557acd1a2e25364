package org.genlab.compute.jvm;

/** Copies, or additions, of elements from strided places to strided places. */
final class Move {
  /** Side of the squares in which two exchanged axes are copied. */
  private static final int SQUARE = 16;

  private final float[] x;
  private final float[] y;
  private final boolean accumulate;
  private final int[] dimensions;
  private final int[] xStrides;
  private final int[] yStrides;

  private Move(
      int[] dimensions, float[] x, int[] xStrides, float[] y, int[] yStrides, boolean accumulate) {
    this.x = x;
    this.y = y;
    this.accumulate = accumulate;
    this.dimensions = dimensions;
    this.xStrides = xStrides;
    this.yStrides = yStrides;
  }

  /** y[i . yStrides] = x[i . xStrides], or +=. */
  static void run(
      Workers workers,
      int[] dimensions,
      float[] x,
      int xs,
      int[] xStrides,
      float[] y,
      int ys,
      int[] yStrides,
      boolean accumulate) {
    // at least two axes; the last the one along which y is written, the one before, if any, that
    // along which x is read
    int rank = Math.max(2, dimensions.length);
    int[] d = new int[rank];
    int[] sx = new int[rank];
    int[] sy = new int[rank];
    int missing = rank - dimensions.length;
    int size = 1;
    for (int i = 0; i < rank; i++) {
      d[i] = i < missing ? 1 : dimensions[i - missing];
      sx[i] = i < missing ? 0 : xStrides[i - missing];
      sy[i] = i < missing ? 0 : yStrides[i - missing];
      size *= d[i];
    }
    if (size == 0) {
      return;
    }
    bringToEnd(rank - 1, d, sx, sy, sy);
    if (sx[rank - 1] != 1) {
      bringToEnd(rank - 2, d, sx, sy, sx);
    }
    Move move = new Move(d, x, sx, y, sy, accumulate);
    int inner = d[rank - 1] * d[rank - 2];
    int outer = size / inner;
    if (outer == 1) {
      int together = Math.max(SQUARE, JvmBackend.CHUNK / d[rank - 1] & -SQUARE);
      int rows = d[rank - 2];
      workers.run(
          (rows + together - 1) / together,
          chunk -> {
            int row = chunk * together;
            int end = Math.min(rows, row + together);
            move.plane(xs + row * sx[rank - 2], ys + row * sy[rank - 2], end - row);
          });
      return;
    }
    int together = Math.max(1, JvmBackend.CHUNK / inner);
    workers.run(
        (outer + together - 1) / together,
        chunk -> {
          int end = Math.min(outer, (chunk + 1) * together);
          for (int o = chunk * together; o < end; o++) {
            int from = xs;
            int to = ys;
            int rest = o;
            for (int i = rank - 3; i >= 0; i--) {
              int index = rest % d[i];
              from += index * sx[i];
              to += index * sy[i];
              rest /= d[i];
            }
            move.plane(from, to, d[rank - 2]);
          }
        });
  }

  /** Exchanges the axis of stride 1 among the first, if there is one, with the last of them. */
  private static void bringToEnd(int last, int[] d, int[] sx, int[] sy, int[] strides) {
    for (int i = last; i >= 0; i--) {
      if (strides[i] == 1 && d[i] > 1) {
        swap(d, i, last);
        swap(sx, i, last);
        swap(sy, i, last);
        return;
      }
    }
  }

  private static void swap(int[] array, int i, int j) {
    int value = array[i];
    array[i] = array[j];
    array[j] = value;
  }

  /** Moves some indices of the last axis but one, and all of the last. */
  private void plane(int from, int to, int rows) {
    int last = dimensions.length - 1;
    int n = dimensions[last];
    int sx = xStrides[last];
    int sy = yStrides[last];
    int rowX = xStrides[last - 1];
    int rowY = yStrides[last - 1];
    if (sx == 1 && sy == 1) {
      for (int r = 0; r < rows; r++) {
        if (accumulate) {
          Rows.add(x, from + r * rowX, y, to + r * rowY, n);
        } else {
          System.arraycopy(x, from + r * rowX, y, to + r * rowY, n);
        }
      }
      return;
    }
    for (int r = 0; r < rows; r += SQUARE) {
      int end = Math.min(rows, r + SQUARE);
      for (int c = 0; c < n; c += SQUARE) {
        int length = Math.min(SQUARE, n - c);
        for (int i = r; i < end; i++) {
          strip(from + i * rowX + c * sx, sx, to + i * rowY + c * sy, sy, length);
        }
      }
    }
  }

  private void strip(int from, int sx, int to, int sy, int n) {
    if (accumulate) {
      for (int i = 0; i < n; i++) {
        y[to + i * sy] += x[from + i * sx];
      }
    } else {
      for (int i = 0; i < n; i++) {
        y[to + i * sy] = x[from + i * sx];
      }
    }
  }
}
