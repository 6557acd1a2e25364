package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.LEN;

import jdk.incubator.vector.FloatVector;

/**
 * Products of a few rows or columns, as they lie, with a packed panel: what {@link Tile} does where
 * operands are so small that packing them would cost as much as the product.
 */
final class SmallTile {
  private static final int PACKED = 24;

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
      Tile.multiplyRows(depth, a, at, lda, rows, b, bt, c, ct, ldc, fresh);
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
      columns8(depth, a, at, lda, b, bt, c, ct, ldc);
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

  private static void columns8(
      int depth, float[] a, int at, int lda, float[] b, int bt, float[] c, int ct, int ldc) {
    FloatVector c00 = FloatVector.zero(F);
    FloatVector c01 = FloatVector.zero(F);
    FloatVector c10 = FloatVector.zero(F);
    FloatVector c11 = FloatVector.zero(F);
    FloatVector c20 = FloatVector.zero(F);
    FloatVector c21 = FloatVector.zero(F);
    FloatVector c30 = FloatVector.zero(F);
    FloatVector c31 = FloatVector.zero(F);
    FloatVector c40 = FloatVector.zero(F);
    FloatVector c41 = FloatVector.zero(F);
    FloatVector c50 = FloatVector.zero(F);
    FloatVector c51 = FloatVector.zero(F);
    FloatVector c60 = FloatVector.zero(F);
    FloatVector c61 = FloatVector.zero(F);
    FloatVector c70 = FloatVector.zero(F);
    FloatVector c71 = FloatVector.zero(F);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(F, b, bt + 2 * LEN * k);
      FloatVector b1 = FloatVector.fromArray(F, b, bt + 2 * LEN * k + LEN);
      int x = at + k * lda;
      FloatVector a0 = FloatVector.broadcast(F, a[x]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(F, a[x + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(F, a[x + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(F, a[x + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(F, a[x + 4]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(F, a[x + 5]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector a6 = FloatVector.broadcast(F, a[x + 6]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector a7 = FloatVector.broadcast(F, a[x + 7]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
    }
    c00.intoArray(c, ct);
    c01.intoArray(c, ct + LEN);
    c10.intoArray(c, ct + ldc);
    c11.intoArray(c, ct + ldc + LEN);
    c20.intoArray(c, ct + 2 * ldc);
    c21.intoArray(c, ct + 2 * ldc + LEN);
    c30.intoArray(c, ct + 3 * ldc);
    c31.intoArray(c, ct + 3 * ldc + LEN);
    c40.intoArray(c, ct + 4 * ldc);
    c41.intoArray(c, ct + 4 * ldc + LEN);
    c50.intoArray(c, ct + 5 * ldc);
    c51.intoArray(c, ct + 5 * ldc + LEN);
    c60.intoArray(c, ct + 6 * ldc);
    c61.intoArray(c, ct + 6 * ldc + LEN);
    c70.intoArray(c, ct + 7 * ldc);
    c71.intoArray(c, ct + 7 * ldc + LEN);
  }
}
