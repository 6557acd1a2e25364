package org.genlab.compute.jvm;

import java.util.Arrays;
import org.genlab.tensor.backend.Binary;

/** Functions of two numbers over arrays in which elements are repeated or strided. */
final class Broadcast {
  /** Elements for which a strided operand is written out before the function is applied. */
  private static final int PIECE = 1024;

  private static final int A = 4;
  private static final int B = 5;

  private final int[] dimensions;
  private final float[] x;
  private final int start;
  private final int[] strides;
  private final boolean dense;

  private Broadcast(int[] dimensions, float[] x, int start, int[] strides) {
    this.dimensions = dimensions;
    this.x = x;
    this.start = start;
    this.strides = strides;
    this.dense = isDense(dimensions, strides);
  }

  private static boolean isDense(int[] dimensions, int[] strides) {
    int expected = 1;
    for (int d = dimensions.length - 1; d >= 0; d--) {
      if (dimensions[d] != 1 && strides[d] != expected) {
        return false;
      }
      expected *= dimensions[d];
    }
    return true;
  }

  /** y_i = f(a_i, b_i), y dense. */
  static void apply(
      Workers workers,
      Binary function,
      int[] dimensions,
      float[] a,
      int as,
      int[] aStrides,
      float[] b,
      int bs,
      int[] bStrides,
      float[] y,
      int ys) {
    int size = 1;
    for (int d : dimensions) {
      size *= d;
    }
    int n = size;
    Broadcast first = new Broadcast(dimensions, a, as, aStrides);
    Broadcast second = new Broadcast(dimensions, b, bs, bStrides);
    workers.run(
        (n + JvmBackend.CHUNK - 1) / JvmBackend.CHUNK,
        chunk -> {
          Scratch scratch = Scratch.get();
          float[] firstPiece = first.dense ? a : scratch.array(A, PIECE);
          float[] secondPiece = second.dense ? b : scratch.array(B, PIECE);
          int end = Math.min(n, (chunk + 1) * JvmBackend.CHUNK);
          for (int from = chunk * JvmBackend.CHUNK; from < end; from += PIECE) {
            int length = Math.min(PIECE, end - from);
            int i = first.write(from, length, firstPiece);
            int j = second.write(from, length, secondPiece);
            BinaryLoops.apply(function, firstPiece, i, secondPiece, j, y, ys + from, length);
          }
        });
  }

  /** Writes elements one after the other, unless they lie so; returns where the first is. */
  private int write(int from, int length, float[] to) {
    if (dense) {
      return start + from;
    }
    int last = dimensions.length - 1;
    int row = dimensions[last];
    int stride = strides[last];
    int done = 0;
    while (done < length) {
      int element = from + done;
      int column = element % row;
      int run = Math.min(length - done, row - column);
      int place = start + column * stride;
      int rest = element / row;
      for (int d = last - 1; d >= 0; d--) {
        place += rest % dimensions[d] * strides[d];
        rest /= dimensions[d];
      }
      if (stride == 0) {
        Arrays.fill(to, done, done + run, x[place]);
      } else if (stride == 1) {
        System.arraycopy(x, place, to, done, run);
      } else {
        for (int i = 0; i < run; i++) {
          to[done + i] = x[place + i * stride];
        }
      }
      done += run;
    }
    return 0;
  }
}
