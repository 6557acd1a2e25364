package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.LEN;
import static org.genlab.compute.jvm.Lanes.ZEROS;

import jdk.incubator.vector.FloatVector;

/**
 * Products of a few rows or columns, as they lie, with a packed panel: what {@link Tile} does where
 * operands are so small that packing them would cost as much as the product.
 */
final class SmallTile {
  private static final int PACKED = 24;

  /** Rows of a tile of {@link #acrossRows}. */
  static final int ACROSS = 2 * LEN;

  /** Columns of such a tile. */
  static final int FEW = 4;

  private SmallTile() {}

  /**
   * Tile.ROWS rows of A, a[at + row lda + k], times a panel.
   *
   * @param rows how many of them there are; what is written for the others is undefined
   * @param c all Tile.ROWS and Tile.COLUMNS of it are written
   */
  static void rows(
      int depth,
      float[] a,
      int at,
      int lda,
      int rows,
      float[] b,
      int bt,
      float[] c,
      int ct,
      int ldc,
      boolean fresh) {
    if (Tile.READS_ROWS) {
      direct(depth, a, at, lda, 1, rows, b, bt, Tile.COLUMNS, c, ct, ldc, fresh);
      return;
    }
    float[] packed = Scratch.get().array(PACKED, depth * Tile.ROWS);
    for (int i = 0; i < Tile.ROWS; i++) {
      int from = at + Math.min(i, rows - 1) * lda;
      for (int k = 0; k < depth; k++) {
        packed[k * Tile.ROWS + i] = a[from + k];
      }
    }
    Tile.multiplyPacked(depth, packed, 0, b, bt, c, ct, ldc, fresh);
  }

  /** Tile.ROWS columns of A, a[at + column + k lda], transposed, times a panel. */
  static void columns(
      int depth, float[] a, int at, int lda, float[] b, int bt, float[] c, int ct, int ldc) {
    if (Tile.READS_ROWS) {
      direct(depth, a, at, 1, lda, Tile.ROWS, b, bt, Tile.COLUMNS, c, ct, ldc, true);
      return;
    }
    float[] packed = Scratch.get().array(PACKED, depth * Tile.ROWS);
    for (int k = 0; k < depth; k++) {
      for (int i = 0; i < Tile.ROWS; i++) {
        packed[k * Tile.ROWS + i] = a[at + k * lda + i];
      }
    }
    Tile.multiplyPacked(depth, packed, 0, b, bt, c, ct, ldc, true);
  }

  /**
   * The product of 8 rows of op(A) and a panel of B as both lie, for 32 vector registers: c[ct +
   * row ldc + column] (+)= sum over k of a[at + row apart + k step] b[bt + k ldb + column].
   *
   * @param apart the distance of rows of op(A)
   * @param step the distance of its columns
   * @param rows how many of its rows there are; the last stands for those that are not there
   * @param ldb the distance of rows of B, {@link Tile#COLUMNS} in a packed panel
   */
  static void direct(
      int depth,
      float[] a,
      int at,
      int apart,
      int step,
      int rows,
      float[] b,
      int bt,
      int ldb,
      float[] c,
      int ct,
      int ldc,
      boolean fresh) {
    int last = rows - 1;
    int at1 = at + Math.min(1, last) * apart;
    int at2 = at + Math.min(2, last) * apart;
    int at3 = at + Math.min(3, last) * apart;
    int at4 = at + Math.min(4, last) * apart;
    int at5 = at + Math.min(5, last) * apart;
    int at6 = at + Math.min(6, last) * apart;
    int at7 = at + Math.min(7, last) * apart;
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
    int x = 0;
    int y = bt;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(F, b, y);
      FloatVector b1 = FloatVector.fromArray(F, b, y + LEN);
      FloatVector a0 = FloatVector.broadcast(F, a[at + x]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(F, a[at1 + x]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(F, a[at2 + x]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(F, a[at3 + x]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(F, a[at4 + x]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(F, a[at5 + x]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector a6 = FloatVector.broadcast(F, a[at6 + x]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector a7 = FloatVector.broadcast(F, a[at7 + x]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
      x += step;
      y += ldb;
    }
    int write = ct + 7 * ldc;
    c70.intoArray(c, write);
    c71.intoArray(c, write + LEN);
    write -= ldc;
    c60.intoArray(c, write);
    c61.intoArray(c, write + LEN);
    write -= ldc;
    c50.intoArray(c, write);
    c51.intoArray(c, write + LEN);
    write -= ldc;
    c40.intoArray(c, write);
    c41.intoArray(c, write + LEN);
    write -= ldc;
    c30.intoArray(c, write);
    c31.intoArray(c, write + LEN);
    write -= ldc;
    c20.intoArray(c, write);
    c21.intoArray(c, write + LEN);
    write -= ldc;
    c10.intoArray(c, write);
    c11.intoArray(c, write + LEN);
    write -= ldc;
    c00.intoArray(c, write);
    c01.intoArray(c, write + LEN);
  }

  /**
   * The product of a transposed A with a B of few columns, where vectors run over the rows of the
   * result: c[ct + row ldc + column] (+)= sum over k of a[at + row + k lda] b[bt + k ldb + column],
   * {@link #ACROSS} rows.
   *
   * @param columns how many there are, from 1 to {@link #FEW}
   * @param work has room for {@link #ACROSS} numbers
   */
  static void acrossRows(
      int depth,
      float[] a,
      int at,
      int lda,
      float[] b,
      int bt,
      int ldb,
      int columns,
      float[] c,
      int ct,
      int ldc,
      boolean fresh,
      float[] work) {
    int j1 = Math.min(1, columns - 1);
    int j2 = Math.min(2, columns - 1);
    int j3 = columns - 1;
    FloatVector c00 = FloatVector.zero(F);
    FloatVector c01 = FloatVector.zero(F);
    FloatVector c10 = FloatVector.zero(F);
    FloatVector c11 = FloatVector.zero(F);
    FloatVector c20 = FloatVector.zero(F);
    FloatVector c21 = FloatVector.zero(F);
    FloatVector c30 = FloatVector.zero(F);
    FloatVector c31 = FloatVector.zero(F);
    if (!fresh) {
      gather(c, ct, ldc, work);
      c00 = FloatVector.fromArray(F, work, 0);
      c01 = FloatVector.fromArray(F, work, LEN);
      gather(c, ct + j1, ldc, work);
      c10 = FloatVector.fromArray(F, work, 0);
      c11 = FloatVector.fromArray(F, work, LEN);
      gather(c, ct + j2, ldc, work);
      c20 = FloatVector.fromArray(F, work, 0);
      c21 = FloatVector.fromArray(F, work, LEN);
      gather(c, ct + j3, ldc, work);
      c30 = FloatVector.fromArray(F, work, 0);
      c31 = FloatVector.fromArray(F, work, LEN);
    }
    int x = at;
    int y = bt;
    for (int k = 0; k < depth; k++) {
      FloatVector a0 = FloatVector.fromArray(F, a, x);
      FloatVector a1 = FloatVector.fromArray(F, a, x + LEN);
      FloatVector b0 = FloatVector.broadcast(F, b[y]);
      c00 = a0.fma(b0, c00);
      c01 = a1.fma(b0, c01);
      FloatVector b1 = FloatVector.broadcast(F, b[y + j1]);
      c10 = a0.fma(b1, c10);
      c11 = a1.fma(b1, c11);
      FloatVector b2 = FloatVector.broadcast(F, b[y + j2]);
      c20 = a0.fma(b2, c20);
      c21 = a1.fma(b2, c21);
      FloatVector b3 = FloatVector.broadcast(F, b[y + j3]);
      c30 = a0.fma(b3, c30);
      c31 = a1.fma(b3, c31);
      x += lda;
      y += ldb;
    }
    c00.intoArray(work, 0);
    c01.intoArray(work, LEN);
    scatter(work, c, ct, ldc);
    c10.intoArray(work, 0);
    c11.intoArray(work, LEN);
    scatter(work, c, ct + j1, ldc);
    c20.intoArray(work, 0);
    c21.intoArray(work, LEN);
    scatter(work, c, ct + j2, ldc);
    c30.intoArray(work, 0);
    c31.intoArray(work, LEN);
    scatter(work, c, ct + j3, ldc);
  }

  private static void gather(float[] c, int ct, int ldc, float[] work) {
    for (int i = 0; i < ACROSS; i++) {
      work[i] = c[ct + i * ldc];
    }
  }

  private static void scatter(float[] work, float[] c, int ct, int ldc) {
    for (int i = 0; i < ACROSS; i++) {
      c[ct + i * ldc] = work[i];
    }
  }
}
