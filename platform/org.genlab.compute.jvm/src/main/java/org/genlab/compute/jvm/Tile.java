package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.LEN;
import static org.genlab.compute.jvm.Lanes.ZEROS;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost loops of the matrix product: a tile of C of {@link #ROWS} rows and two vectors,
 * whose accumulators stay in registers. They are written out because only local variables do; with
 * 16 vector registers 6 rows fit, with 32 there is room for 8.
 *
 * <p>Addresses must fit the other registers: what the compiler parks in vector registers it fetches
 * back in every turn of the loop, which costs a fifth of the speed. So rows of C are read upwards
 * and written downwards, or it would keep the addresses of all rows from before the loop to after
 * it.
 */
final class Tile {
  /** Rows of a tile. */
  static final int ROWS = LEN == 8 ? 6 : 8;

  /** Columns of a tile. */
  static final int COLUMNS = 2 * LEN;

  /**
   * The most terms of a sum between two visits to C. Rows of A are then read from far caches in
   * pieces long enough to be fetched ahead; with vectors of 512 bits it does not matter that a
   * panel of B comes from the second cache. Measured, 512 instead of 256 take a tenth less time
   * where the sums are that long.
   */
  static final int DEPTH = LEN == 16 ? 512 : 256;

  /**
   * Distance of rows of A that were copied as they lie: more than {@link #DEPTH}, and such that
   * rows do not meet in the same sets of a cache.
   */
  static final int APART = DEPTH + 8;

  private Tile() {}

  /**
   * Whether {@link SmallTile#direct} is of use. With 16 vector registers the compiler finds no
   * place for its many addresses: measured, it reaches 50 GFLOP/s where {@link #multiplyPacked}
   * reaches 125.
   */
  static final boolean READS_ROWS = ROWS == 8;

  /**
   * Adds the product of packed operands to a tile of C, or with {@code fresh} replaces the tile.
   *
   * @param depth the length of the sums
   * @param a packed: a[at + ROWS k + row]
   * @param b packed: b[bt + COLUMNS k + column]
   * @param c all ROWS and COLUMNS of it are written
   */
  static void multiplyPacked(
      int depth, float[] a, int at, float[] b, int bt, float[] c, int ct, int ldc, boolean fresh) {
    if (ROWS == 8) {
      packed8(depth, a, at, b, bt, c, ct, ldc, fresh);
    } else {
      packed6(depth, a, at, b, bt, c, ct, ldc, fresh);
    }
  }

  /** The same with 8 rows of A that are {@link #APART} apart: a[at + APART row + k]. */
  static void multiplyNear(
      int depth, float[] a, int at, float[] b, int bt, float[] c, int ct, int ldc, boolean fresh) {
    near8(depth, a, at, b, bt, c, ct, ldc, fresh);
  }

  /** 8 rows of op(A) packed: a[at + 8 k + row]. */
  private static void packed8(
      int depth, float[] a, int at, float[] b, int bt, float[] c, int ct, int ldc, boolean fresh) {
    float[] start = fresh ? ZEROS : c;
    int read = fresh ? 0 : ct;
    int down = fresh ? 0 : ldc;
    FloatVector c00 = FloatVector.fromArray(F, start, read);
    FloatVector c01 = FloatVector.fromArray(F, start, read + LEN);
    read += down;
    FloatVector c10 = FloatVector.fromArray(F, start, read);
    FloatVector c11 = FloatVector.fromArray(F, start, read + LEN);
    read += down;
    FloatVector c20 = FloatVector.fromArray(F, start, read);
    FloatVector c21 = FloatVector.fromArray(F, start, read + LEN);
    read += down;
    FloatVector c30 = FloatVector.fromArray(F, start, read);
    FloatVector c31 = FloatVector.fromArray(F, start, read + LEN);
    read += down;
    FloatVector c40 = FloatVector.fromArray(F, start, read);
    FloatVector c41 = FloatVector.fromArray(F, start, read + LEN);
    read += down;
    FloatVector c50 = FloatVector.fromArray(F, start, read);
    FloatVector c51 = FloatVector.fromArray(F, start, read + LEN);
    read += down;
    FloatVector c60 = FloatVector.fromArray(F, start, read);
    FloatVector c61 = FloatVector.fromArray(F, start, read + LEN);
    read += down;
    FloatVector c70 = FloatVector.fromArray(F, start, read);
    FloatVector c71 = FloatVector.fromArray(F, start, read + LEN);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(F, b, bt + 2 * LEN * k);
      FloatVector b1 = FloatVector.fromArray(F, b, bt + 2 * LEN * k + LEN);
      FloatVector a0 = FloatVector.broadcast(F, a[at + 8 * k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(F, a[at + 8 * k + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(F, a[at + 8 * k + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(F, a[at + 8 * k + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(F, a[at + 8 * k + 4]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(F, a[at + 8 * k + 5]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector a6 = FloatVector.broadcast(F, a[at + 8 * k + 6]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector a7 = FloatVector.broadcast(F, a[at + 8 * k + 7]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
    }
    int y = ct + 7 * ldc;
    c70.intoArray(c, y);
    c71.intoArray(c, y + LEN);
    y -= ldc;
    c60.intoArray(c, y);
    c61.intoArray(c, y + LEN);
    y -= ldc;
    c50.intoArray(c, y);
    c51.intoArray(c, y + LEN);
    y -= ldc;
    c40.intoArray(c, y);
    c41.intoArray(c, y + LEN);
    y -= ldc;
    c30.intoArray(c, y);
    c31.intoArray(c, y + LEN);
    y -= ldc;
    c20.intoArray(c, y);
    c21.intoArray(c, y + LEN);
    y -= ldc;
    c10.intoArray(c, y);
    c11.intoArray(c, y + LEN);
    y -= ldc;
    c00.intoArray(c, y);
    c01.intoArray(c, y + LEN);
  }

  /** 8 rows of A that are {@link #APART} apart: a[at + APART row + k]. */
  private static void near8(
      int depth, float[] a, int at, float[] b, int bt, float[] c, int ct, int ldc, boolean fresh) {
    float[] start = fresh ? ZEROS : c;
    int read = fresh ? 0 : ct;
    int down = fresh ? 0 : ldc;
    FloatVector c00 = FloatVector.fromArray(F, start, read);
    FloatVector c01 = FloatVector.fromArray(F, start, read + LEN);
    read += down;
    FloatVector c10 = FloatVector.fromArray(F, start, read);
    FloatVector c11 = FloatVector.fromArray(F, start, read + LEN);
    read += down;
    FloatVector c20 = FloatVector.fromArray(F, start, read);
    FloatVector c21 = FloatVector.fromArray(F, start, read + LEN);
    read += down;
    FloatVector c30 = FloatVector.fromArray(F, start, read);
    FloatVector c31 = FloatVector.fromArray(F, start, read + LEN);
    read += down;
    FloatVector c40 = FloatVector.fromArray(F, start, read);
    FloatVector c41 = FloatVector.fromArray(F, start, read + LEN);
    read += down;
    FloatVector c50 = FloatVector.fromArray(F, start, read);
    FloatVector c51 = FloatVector.fromArray(F, start, read + LEN);
    read += down;
    FloatVector c60 = FloatVector.fromArray(F, start, read);
    FloatVector c61 = FloatVector.fromArray(F, start, read + LEN);
    read += down;
    FloatVector c70 = FloatVector.fromArray(F, start, read);
    FloatVector c71 = FloatVector.fromArray(F, start, read + LEN);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(F, b, bt + 2 * LEN * k);
      FloatVector b1 = FloatVector.fromArray(F, b, bt + 2 * LEN * k + LEN);
      FloatVector a0 = FloatVector.broadcast(F, a[at + k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(F, a[at + k + APART]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(F, a[at + k + 2 * APART]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(F, a[at + k + 3 * APART]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(F, a[at + k + 4 * APART]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(F, a[at + k + 5 * APART]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector a6 = FloatVector.broadcast(F, a[at + k + 6 * APART]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector a7 = FloatVector.broadcast(F, a[at + k + 7 * APART]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
    }
    int y = ct + 7 * ldc;
    c70.intoArray(c, y);
    c71.intoArray(c, y + LEN);
    y -= ldc;
    c60.intoArray(c, y);
    c61.intoArray(c, y + LEN);
    y -= ldc;
    c50.intoArray(c, y);
    c51.intoArray(c, y + LEN);
    y -= ldc;
    c40.intoArray(c, y);
    c41.intoArray(c, y + LEN);
    y -= ldc;
    c30.intoArray(c, y);
    c31.intoArray(c, y + LEN);
    y -= ldc;
    c20.intoArray(c, y);
    c21.intoArray(c, y + LEN);
    y -= ldc;
    c10.intoArray(c, y);
    c11.intoArray(c, y + LEN);
    y -= ldc;
    c00.intoArray(c, y);
    c01.intoArray(c, y + LEN);
  }

  /** 6 rows of op(A) packed: a[at + 6 k + row]. */
  private static void packed6(
      int depth, float[] a, int at, float[] b, int bt, float[] c, int ct, int ldc, boolean fresh) {
    float[] start = fresh ? ZEROS : c;
    int read = fresh ? 0 : ct;
    int down = fresh ? 0 : ldc;
    FloatVector c00 = FloatVector.fromArray(F, start, read);
    FloatVector c01 = FloatVector.fromArray(F, start, read + LEN);
    read += down;
    FloatVector c10 = FloatVector.fromArray(F, start, read);
    FloatVector c11 = FloatVector.fromArray(F, start, read + LEN);
    read += down;
    FloatVector c20 = FloatVector.fromArray(F, start, read);
    FloatVector c21 = FloatVector.fromArray(F, start, read + LEN);
    read += down;
    FloatVector c30 = FloatVector.fromArray(F, start, read);
    FloatVector c31 = FloatVector.fromArray(F, start, read + LEN);
    read += down;
    FloatVector c40 = FloatVector.fromArray(F, start, read);
    FloatVector c41 = FloatVector.fromArray(F, start, read + LEN);
    read += down;
    FloatVector c50 = FloatVector.fromArray(F, start, read);
    FloatVector c51 = FloatVector.fromArray(F, start, read + LEN);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(F, b, bt + 2 * LEN * k);
      FloatVector b1 = FloatVector.fromArray(F, b, bt + 2 * LEN * k + LEN);
      FloatVector a0 = FloatVector.broadcast(F, a[at + 6 * k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(F, a[at + 6 * k + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(F, a[at + 6 * k + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(F, a[at + 6 * k + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(F, a[at + 6 * k + 4]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(F, a[at + 6 * k + 5]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
    }
    int y = ct + 5 * ldc;
    c50.intoArray(c, y);
    c51.intoArray(c, y + LEN);
    y -= ldc;
    c40.intoArray(c, y);
    c41.intoArray(c, y + LEN);
    y -= ldc;
    c30.intoArray(c, y);
    c31.intoArray(c, y + LEN);
    y -= ldc;
    c20.intoArray(c, y);
    c21.intoArray(c, y + LEN);
    y -= ldc;
    c10.intoArray(c, y);
    c11.intoArray(c, y + LEN);
    y -= ldc;
    c00.intoArray(c, y);
    c01.intoArray(c, y + LEN);
  }
}
