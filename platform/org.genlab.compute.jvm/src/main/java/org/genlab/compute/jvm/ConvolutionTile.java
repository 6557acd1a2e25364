package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.LEN;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost loops of convolutions: tiles of 8 rows and one or two vectors, whose accumulators
 * stay in registers, see {@link Tile}. Rows are found through tables, so that they can be pixels of
 * an image wherever these lie.
 */
final class ConvolutionTile {
  /** Rows of a tile. */
  static final int ROWS = 8;

  /** Vectors of a wide tile; with 16 registers there is room for one. */
  static final int WIDE = LEN == 8 ? 1 : 2;

  /** Rows of a tall tile of one vector; with 16 registers there is room for 8. */
  static final int TALL = LEN == 8 ? 8 : 16;

  private ConvolutionTile() {}

  /**
   * Sums over taps: c[row] (+)= sum over k of a[place(row) + taps[k]] b[k], for ascending k.
   *
   * @param taps the distances of the numbers of a row from its place, from {@code tap} on
   * @param depth how many
   * @param at where the places of rows count from
   * @param base the places of rows, from {@code p} on; after {@code last}, it is taken again
   * @param b packed: b[bt + columns k + column], k from 0
   * @param to the places of the results, from {@code t} on, counted from {@code ct}
   * @param fresh whether sums start at 0, else at what is there
   */
  static void wide(
      int[] taps,
      int tap,
      int depth,
      float[] a,
      int at,
      int[] base,
      int p,
      int last,
      float[] b,
      int bt,
      float[] c,
      int ct,
      int[] to,
      int t,
      boolean fresh) {
    int a0 = at + base[p];
    int a1 = at + base[Math.min(p + 1, last)];
    int a2 = at + base[Math.min(p + 2, last)];
    int a3 = at + base[Math.min(p + 3, last)];
    int a4 = at + base[Math.min(p + 4, last)];
    int a5 = at + base[Math.min(p + 5, last)];
    int a6 = at + base[Math.min(p + 6, last)];
    int a7 = at + base[Math.min(p + 7, last)];
    int t0 = ct + to[t];
    int t1 = ct + to[t + 1];
    int t2 = ct + to[t + 2];
    int t3 = ct + to[t + 3];
    int t4 = ct + to[t + 4];
    int t5 = ct + to[t + 5];
    int t6 = ct + to[t + 6];
    int t7 = ct + to[t + 7];
    FloatVector c00;
    FloatVector c01;
    FloatVector c10;
    FloatVector c11;
    FloatVector c20;
    FloatVector c21;
    FloatVector c30;
    FloatVector c31;
    FloatVector c40;
    FloatVector c41;
    FloatVector c50;
    FloatVector c51;
    FloatVector c60;
    FloatVector c61;
    FloatVector c70;
    FloatVector c71;
    if (fresh) {
      c00 = FloatVector.zero(F);
      c01 = FloatVector.zero(F);
      c10 = FloatVector.zero(F);
      c11 = FloatVector.zero(F);
      c20 = FloatVector.zero(F);
      c21 = FloatVector.zero(F);
      c30 = FloatVector.zero(F);
      c31 = FloatVector.zero(F);
      c40 = FloatVector.zero(F);
      c41 = FloatVector.zero(F);
      c50 = FloatVector.zero(F);
      c51 = FloatVector.zero(F);
      c60 = FloatVector.zero(F);
      c61 = FloatVector.zero(F);
      c70 = FloatVector.zero(F);
      c71 = FloatVector.zero(F);
    } else {
      c00 = FloatVector.fromArray(F, c, t0);
      c01 = FloatVector.fromArray(F, c, t0 + LEN);
      c10 = FloatVector.fromArray(F, c, t1);
      c11 = FloatVector.fromArray(F, c, t1 + LEN);
      c20 = FloatVector.fromArray(F, c, t2);
      c21 = FloatVector.fromArray(F, c, t2 + LEN);
      c30 = FloatVector.fromArray(F, c, t3);
      c31 = FloatVector.fromArray(F, c, t3 + LEN);
      c40 = FloatVector.fromArray(F, c, t4);
      c41 = FloatVector.fromArray(F, c, t4 + LEN);
      c50 = FloatVector.fromArray(F, c, t5);
      c51 = FloatVector.fromArray(F, c, t5 + LEN);
      c60 = FloatVector.fromArray(F, c, t6);
      c61 = FloatVector.fromArray(F, c, t6 + LEN);
      c70 = FloatVector.fromArray(F, c, t7);
      c71 = FloatVector.fromArray(F, c, t7 + LEN);
    }
    for (int k = 0; k < depth; k++) {
      int at0 = taps[tap + k];
      FloatVector b0 = FloatVector.fromArray(F, b, bt + 2 * LEN * k);
      FloatVector b1 = FloatVector.fromArray(F, b, bt + 2 * LEN * k + LEN);
      FloatVector x0 = FloatVector.broadcast(F, a[a0 + at0]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      FloatVector x1 = FloatVector.broadcast(F, a[a1 + at0]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      FloatVector x2 = FloatVector.broadcast(F, a[a2 + at0]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      FloatVector x3 = FloatVector.broadcast(F, a[a3 + at0]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      FloatVector x4 = FloatVector.broadcast(F, a[a4 + at0]);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      FloatVector x5 = FloatVector.broadcast(F, a[a5 + at0]);
      c50 = x5.fma(b0, c50);
      c51 = x5.fma(b1, c51);
      FloatVector x6 = FloatVector.broadcast(F, a[a6 + at0]);
      c60 = x6.fma(b0, c60);
      c61 = x6.fma(b1, c61);
      FloatVector x7 = FloatVector.broadcast(F, a[a7 + at0]);
      c70 = x7.fma(b0, c70);
      c71 = x7.fma(b1, c71);
    }
    c00.intoArray(c, t0);
    c01.intoArray(c, t0 + LEN);
    c10.intoArray(c, t1);
    c11.intoArray(c, t1 + LEN);
    c20.intoArray(c, t2);
    c21.intoArray(c, t2 + LEN);
    c30.intoArray(c, t3);
    c31.intoArray(c, t3 + LEN);
    c40.intoArray(c, t4);
    c41.intoArray(c, t4 + LEN);
    c50.intoArray(c, t5);
    c51.intoArray(c, t5 + LEN);
    c60.intoArray(c, t6);
    c61.intoArray(c, t6 + LEN);
    c70.intoArray(c, t7);
    c71.intoArray(c, t7 + LEN);
  }

  /** The same with one vector. */
  static void narrow(
      int[] taps,
      int tap,
      int depth,
      float[] a,
      int at,
      int[] base,
      int p,
      int last,
      float[] b,
      int bt,
      float[] c,
      int ct,
      int[] to,
      int t,
      boolean fresh) {
    int a0 = at + base[p];
    int a1 = at + base[Math.min(p + 1, last)];
    int a2 = at + base[Math.min(p + 2, last)];
    int a3 = at + base[Math.min(p + 3, last)];
    int a4 = at + base[Math.min(p + 4, last)];
    int a5 = at + base[Math.min(p + 5, last)];
    int a6 = at + base[Math.min(p + 6, last)];
    int a7 = at + base[Math.min(p + 7, last)];
    int t0 = ct + to[t];
    int t1 = ct + to[t + 1];
    int t2 = ct + to[t + 2];
    int t3 = ct + to[t + 3];
    int t4 = ct + to[t + 4];
    int t5 = ct + to[t + 5];
    int t6 = ct + to[t + 6];
    int t7 = ct + to[t + 7];
    FloatVector c00;
    FloatVector c10;
    FloatVector c20;
    FloatVector c30;
    FloatVector c40;
    FloatVector c50;
    FloatVector c60;
    FloatVector c70;
    if (fresh) {
      c00 = FloatVector.zero(F);
      c10 = FloatVector.zero(F);
      c20 = FloatVector.zero(F);
      c30 = FloatVector.zero(F);
      c40 = FloatVector.zero(F);
      c50 = FloatVector.zero(F);
      c60 = FloatVector.zero(F);
      c70 = FloatVector.zero(F);
    } else {
      c00 = FloatVector.fromArray(F, c, t0);
      c10 = FloatVector.fromArray(F, c, t1);
      c20 = FloatVector.fromArray(F, c, t2);
      c30 = FloatVector.fromArray(F, c, t3);
      c40 = FloatVector.fromArray(F, c, t4);
      c50 = FloatVector.fromArray(F, c, t5);
      c60 = FloatVector.fromArray(F, c, t6);
      c70 = FloatVector.fromArray(F, c, t7);
    }
    for (int k = 0; k < depth; k++) {
      int at0 = taps[tap + k];
      FloatVector b0 = FloatVector.fromArray(F, b, bt + LEN * k);
      FloatVector x0 = FloatVector.broadcast(F, a[a0 + at0]);
      c00 = x0.fma(b0, c00);
      FloatVector x1 = FloatVector.broadcast(F, a[a1 + at0]);
      c10 = x1.fma(b0, c10);
      FloatVector x2 = FloatVector.broadcast(F, a[a2 + at0]);
      c20 = x2.fma(b0, c20);
      FloatVector x3 = FloatVector.broadcast(F, a[a3 + at0]);
      c30 = x3.fma(b0, c30);
      FloatVector x4 = FloatVector.broadcast(F, a[a4 + at0]);
      c40 = x4.fma(b0, c40);
      FloatVector x5 = FloatVector.broadcast(F, a[a5 + at0]);
      c50 = x5.fma(b0, c50);
      FloatVector x6 = FloatVector.broadcast(F, a[a6 + at0]);
      c60 = x6.fma(b0, c60);
      FloatVector x7 = FloatVector.broadcast(F, a[a7 + at0]);
      c70 = x7.fma(b0, c70);
    }
    c00.intoArray(c, t0);
    c10.intoArray(c, t1);
    c20.intoArray(c, t2);
    c30.intoArray(c, t3);
    c40.intoArray(c, t4);
    c50.intoArray(c, t5);
    c60.intoArray(c, t6);
    c70.intoArray(c, t7);
  }

  /**
   * Sums over pixels: c[row] (+)= sum over pixels of x[place(pixel) + tap(row)] g[pixel], for
   * ascending pixels.
   *
   * @param pixels how many
   * @param base the places of the pixels, counted from {@code at}
   * @param taps the distances of the 8 rows from there, from {@code row} on
   * @param g g[gt + ldg pixel + column]
   * @param c all of the 8 rows of it are written
   * @param fresh whether sums start at 0, else at what is there
   */
  static void wideProducts(
      int pixels,
      float[] x,
      int at,
      int[] base,
      int[] taps,
      int row,
      float[] g,
      int gt,
      int ldg,
      float[] c,
      int ct,
      int ldc,
      boolean fresh) {
    int a0 = at + taps[row];
    int a1 = at + taps[row + 1];
    int a2 = at + taps[row + 2];
    int a3 = at + taps[row + 3];
    int a4 = at + taps[row + 4];
    int a5 = at + taps[row + 5];
    int a6 = at + taps[row + 6];
    int a7 = at + taps[row + 7];
    FloatVector c00;
    FloatVector c01;
    FloatVector c10;
    FloatVector c11;
    FloatVector c20;
    FloatVector c21;
    FloatVector c30;
    FloatVector c31;
    FloatVector c40;
    FloatVector c41;
    FloatVector c50;
    FloatVector c51;
    FloatVector c60;
    FloatVector c61;
    FloatVector c70;
    FloatVector c71;
    if (fresh) {
      c00 = FloatVector.zero(F);
      c01 = FloatVector.zero(F);
      c10 = FloatVector.zero(F);
      c11 = FloatVector.zero(F);
      c20 = FloatVector.zero(F);
      c21 = FloatVector.zero(F);
      c30 = FloatVector.zero(F);
      c31 = FloatVector.zero(F);
      c40 = FloatVector.zero(F);
      c41 = FloatVector.zero(F);
      c50 = FloatVector.zero(F);
      c51 = FloatVector.zero(F);
      c60 = FloatVector.zero(F);
      c61 = FloatVector.zero(F);
      c70 = FloatVector.zero(F);
      c71 = FloatVector.zero(F);
    } else {
      c00 = FloatVector.fromArray(F, c, ct);
      c01 = FloatVector.fromArray(F, c, ct + LEN);
      c10 = FloatVector.fromArray(F, c, ct + ldc);
      c11 = FloatVector.fromArray(F, c, ct + ldc + LEN);
      c20 = FloatVector.fromArray(F, c, ct + 2 * ldc);
      c21 = FloatVector.fromArray(F, c, ct + 2 * ldc + LEN);
      c30 = FloatVector.fromArray(F, c, ct + 3 * ldc);
      c31 = FloatVector.fromArray(F, c, ct + 3 * ldc + LEN);
      c40 = FloatVector.fromArray(F, c, ct + 4 * ldc);
      c41 = FloatVector.fromArray(F, c, ct + 4 * ldc + LEN);
      c50 = FloatVector.fromArray(F, c, ct + 5 * ldc);
      c51 = FloatVector.fromArray(F, c, ct + 5 * ldc + LEN);
      c60 = FloatVector.fromArray(F, c, ct + 6 * ldc);
      c61 = FloatVector.fromArray(F, c, ct + 6 * ldc + LEN);
      c70 = FloatVector.fromArray(F, c, ct + 7 * ldc);
      c71 = FloatVector.fromArray(F, c, ct + 7 * ldc + LEN);
    }
    for (int p = 0; p < pixels; p++) {
      int from = base[p];
      FloatVector b0 = FloatVector.fromArray(F, g, gt + ldg * p);
      FloatVector b1 = FloatVector.fromArray(F, g, gt + ldg * p + LEN);
      FloatVector x0 = FloatVector.broadcast(F, x[a0 + from]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      FloatVector x1 = FloatVector.broadcast(F, x[a1 + from]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      FloatVector x2 = FloatVector.broadcast(F, x[a2 + from]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      FloatVector x3 = FloatVector.broadcast(F, x[a3 + from]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      FloatVector x4 = FloatVector.broadcast(F, x[a4 + from]);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      FloatVector x5 = FloatVector.broadcast(F, x[a5 + from]);
      c50 = x5.fma(b0, c50);
      c51 = x5.fma(b1, c51);
      FloatVector x6 = FloatVector.broadcast(F, x[a6 + from]);
      c60 = x6.fma(b0, c60);
      c61 = x6.fma(b1, c61);
      FloatVector x7 = FloatVector.broadcast(F, x[a7 + from]);
      c70 = x7.fma(b0, c70);
      c71 = x7.fma(b1, c71);
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

  /** The same with one vector. */
  static void narrowProducts(
      int pixels,
      float[] x,
      int at,
      int[] base,
      int[] taps,
      int row,
      float[] g,
      int gt,
      int ldg,
      float[] c,
      int ct,
      int ldc,
      boolean fresh) {
    int a0 = at + taps[row];
    int a1 = at + taps[row + 1];
    int a2 = at + taps[row + 2];
    int a3 = at + taps[row + 3];
    int a4 = at + taps[row + 4];
    int a5 = at + taps[row + 5];
    int a6 = at + taps[row + 6];
    int a7 = at + taps[row + 7];
    FloatVector c00;
    FloatVector c10;
    FloatVector c20;
    FloatVector c30;
    FloatVector c40;
    FloatVector c50;
    FloatVector c60;
    FloatVector c70;
    if (fresh) {
      c00 = FloatVector.zero(F);
      c10 = FloatVector.zero(F);
      c20 = FloatVector.zero(F);
      c30 = FloatVector.zero(F);
      c40 = FloatVector.zero(F);
      c50 = FloatVector.zero(F);
      c60 = FloatVector.zero(F);
      c70 = FloatVector.zero(F);
    } else {
      c00 = FloatVector.fromArray(F, c, ct);
      c10 = FloatVector.fromArray(F, c, ct + ldc);
      c20 = FloatVector.fromArray(F, c, ct + 2 * ldc);
      c30 = FloatVector.fromArray(F, c, ct + 3 * ldc);
      c40 = FloatVector.fromArray(F, c, ct + 4 * ldc);
      c50 = FloatVector.fromArray(F, c, ct + 5 * ldc);
      c60 = FloatVector.fromArray(F, c, ct + 6 * ldc);
      c70 = FloatVector.fromArray(F, c, ct + 7 * ldc);
    }
    for (int p = 0; p < pixels; p++) {
      int from = base[p];
      FloatVector b0 = FloatVector.fromArray(F, g, gt + ldg * p);
      FloatVector x0 = FloatVector.broadcast(F, x[a0 + from]);
      c00 = x0.fma(b0, c00);
      FloatVector x1 = FloatVector.broadcast(F, x[a1 + from]);
      c10 = x1.fma(b0, c10);
      FloatVector x2 = FloatVector.broadcast(F, x[a2 + from]);
      c20 = x2.fma(b0, c20);
      FloatVector x3 = FloatVector.broadcast(F, x[a3 + from]);
      c30 = x3.fma(b0, c30);
      FloatVector x4 = FloatVector.broadcast(F, x[a4 + from]);
      c40 = x4.fma(b0, c40);
      FloatVector x5 = FloatVector.broadcast(F, x[a5 + from]);
      c50 = x5.fma(b0, c50);
      FloatVector x6 = FloatVector.broadcast(F, x[a6 + from]);
      c60 = x6.fma(b0, c60);
      FloatVector x7 = FloatVector.broadcast(F, x[a7 + from]);
      c70 = x7.fma(b0, c70);
    }
    c00.intoArray(c, ct);
    c10.intoArray(c, ct + ldc);
    c20.intoArray(c, ct + 2 * ldc);
    c30.intoArray(c, ct + 3 * ldc);
    c40.intoArray(c, ct + 4 * ldc);
    c50.intoArray(c, ct + 5 * ldc);
    c60.intoArray(c, ct + 6 * ldc);
    c70.intoArray(c, ct + 7 * ldc);
  }

  /** The same with one vector and 16 rows. */
  static void tallProducts(
      int pixels,
      float[] x,
      int at,
      int[] base,
      int[] taps,
      int row,
      float[] g,
      int gt,
      int ldg,
      float[] c,
      int ct,
      int ldc,
      boolean fresh) {
    int a0 = at + taps[row];
    int a1 = at + taps[row + 1];
    int a2 = at + taps[row + 2];
    int a3 = at + taps[row + 3];
    int a4 = at + taps[row + 4];
    int a5 = at + taps[row + 5];
    int a6 = at + taps[row + 6];
    int a7 = at + taps[row + 7];
    int a8 = at + taps[row + 8];
    int a9 = at + taps[row + 9];
    int a10 = at + taps[row + 10];
    int a11 = at + taps[row + 11];
    int a12 = at + taps[row + 12];
    int a13 = at + taps[row + 13];
    int a14 = at + taps[row + 14];
    int a15 = at + taps[row + 15];
    FloatVector c00;
    FloatVector c10;
    FloatVector c20;
    FloatVector c30;
    FloatVector c40;
    FloatVector c50;
    FloatVector c60;
    FloatVector c70;
    FloatVector c80;
    FloatVector c90;
    FloatVector c100;
    FloatVector c110;
    FloatVector c120;
    FloatVector c130;
    FloatVector c140;
    FloatVector c150;
    if (fresh) {
      c00 = FloatVector.zero(F);
      c10 = FloatVector.zero(F);
      c20 = FloatVector.zero(F);
      c30 = FloatVector.zero(F);
      c40 = FloatVector.zero(F);
      c50 = FloatVector.zero(F);
      c60 = FloatVector.zero(F);
      c70 = FloatVector.zero(F);
      c80 = FloatVector.zero(F);
      c90 = FloatVector.zero(F);
      c100 = FloatVector.zero(F);
      c110 = FloatVector.zero(F);
      c120 = FloatVector.zero(F);
      c130 = FloatVector.zero(F);
      c140 = FloatVector.zero(F);
      c150 = FloatVector.zero(F);
    } else {
      c00 = FloatVector.fromArray(F, c, ct);
      c10 = FloatVector.fromArray(F, c, ct + ldc);
      c20 = FloatVector.fromArray(F, c, ct + 2 * ldc);
      c30 = FloatVector.fromArray(F, c, ct + 3 * ldc);
      c40 = FloatVector.fromArray(F, c, ct + 4 * ldc);
      c50 = FloatVector.fromArray(F, c, ct + 5 * ldc);
      c60 = FloatVector.fromArray(F, c, ct + 6 * ldc);
      c70 = FloatVector.fromArray(F, c, ct + 7 * ldc);
      c80 = FloatVector.fromArray(F, c, ct + 8 * ldc);
      c90 = FloatVector.fromArray(F, c, ct + 9 * ldc);
      c100 = FloatVector.fromArray(F, c, ct + 10 * ldc);
      c110 = FloatVector.fromArray(F, c, ct + 11 * ldc);
      c120 = FloatVector.fromArray(F, c, ct + 12 * ldc);
      c130 = FloatVector.fromArray(F, c, ct + 13 * ldc);
      c140 = FloatVector.fromArray(F, c, ct + 14 * ldc);
      c150 = FloatVector.fromArray(F, c, ct + 15 * ldc);
    }
    for (int p = 0; p < pixels; p++) {
      int from = base[p];
      FloatVector b0 = FloatVector.fromArray(F, g, gt + ldg * p);
      FloatVector x0 = FloatVector.broadcast(F, x[a0 + from]);
      c00 = x0.fma(b0, c00);
      FloatVector x1 = FloatVector.broadcast(F, x[a1 + from]);
      c10 = x1.fma(b0, c10);
      FloatVector x2 = FloatVector.broadcast(F, x[a2 + from]);
      c20 = x2.fma(b0, c20);
      FloatVector x3 = FloatVector.broadcast(F, x[a3 + from]);
      c30 = x3.fma(b0, c30);
      FloatVector x4 = FloatVector.broadcast(F, x[a4 + from]);
      c40 = x4.fma(b0, c40);
      FloatVector x5 = FloatVector.broadcast(F, x[a5 + from]);
      c50 = x5.fma(b0, c50);
      FloatVector x6 = FloatVector.broadcast(F, x[a6 + from]);
      c60 = x6.fma(b0, c60);
      FloatVector x7 = FloatVector.broadcast(F, x[a7 + from]);
      c70 = x7.fma(b0, c70);
      FloatVector x8 = FloatVector.broadcast(F, x[a8 + from]);
      c80 = x8.fma(b0, c80);
      FloatVector x9 = FloatVector.broadcast(F, x[a9 + from]);
      c90 = x9.fma(b0, c90);
      FloatVector x10 = FloatVector.broadcast(F, x[a10 + from]);
      c100 = x10.fma(b0, c100);
      FloatVector x11 = FloatVector.broadcast(F, x[a11 + from]);
      c110 = x11.fma(b0, c110);
      FloatVector x12 = FloatVector.broadcast(F, x[a12 + from]);
      c120 = x12.fma(b0, c120);
      FloatVector x13 = FloatVector.broadcast(F, x[a13 + from]);
      c130 = x13.fma(b0, c130);
      FloatVector x14 = FloatVector.broadcast(F, x[a14 + from]);
      c140 = x14.fma(b0, c140);
      FloatVector x15 = FloatVector.broadcast(F, x[a15 + from]);
      c150 = x15.fma(b0, c150);
    }
    c00.intoArray(c, ct);
    c10.intoArray(c, ct + ldc);
    c20.intoArray(c, ct + 2 * ldc);
    c30.intoArray(c, ct + 3 * ldc);
    c40.intoArray(c, ct + 4 * ldc);
    c50.intoArray(c, ct + 5 * ldc);
    c60.intoArray(c, ct + 6 * ldc);
    c70.intoArray(c, ct + 7 * ldc);
    c80.intoArray(c, ct + 8 * ldc);
    c90.intoArray(c, ct + 9 * ldc);
    c100.intoArray(c, ct + 10 * ldc);
    c110.intoArray(c, ct + 11 * ldc);
    c120.intoArray(c, ct + 12 * ldc);
    c130.intoArray(c, ct + 13 * ldc);
    c140.intoArray(c, ct + 14 * ldc);
    c150.intoArray(c, ct + 15 * ldc);
  }
}
