package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.LEN;
import static org.genlab.compute.jvm.Lanes.ZEROS;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost loops of convolutions: tiles of 8 rows and one to three vectors, or of 16 rows and
 * one, whose accumulators stay in registers, see {@link Tile}. Numbers are found through tables, so
 * that rows can be pixels of an image wherever these lie. Rows of the result are read upwards and
 * written downwards: the address of each follows from the last, and none takes a register during
 * the sums.
 */
final class ConvolutionTile {
  /** Rows of a tile. */
  static final int ROWS = 8;

  /** Vectors of a wide tile; with 16 registers there is room for one. */
  static final int WIDE = LEN == 8 ? 1 : 2;

  /** Rows of a tall tile of one vector; with 16 registers there is room for 8. */
  static final int TALL = LEN == 8 ? 8 : 16;

  /** Successive numbers of a row that {@link #wideRuns} finds by one look-up. */
  static final int RUN = 2;

  /** Successive numbers of the images in a tile of {@link #productsAcross}. */
  static final int ACROSS = 3 * LEN;

  private ConvolutionTile() {}

  /**
   * Sums c[row] (+)= sum over k of a[place(row) + step(k)] b[k], for ascending k. For a convolution
   * rows are pixels and steps are taps, for the gradient at its weights the other way round.
   *
   * @param depth the length of the sums
   * @param steps the distances of the numbers of a row from its place, from {@code step} on
   * @param at where the places of rows count from
   * @param rows the places of rows, from {@code row} on; after {@code last}, it is taken again
   * @param b b[bt + ldb k + column]
   * @param c all rows and columns of the tile are written
   * @param ldc the distance of the rows of the result
   * @param fresh whether sums start at 0, else at what is there
   */
  static void wide(
      int depth,
      int[] steps,
      int step,
      float[] a,
      int at,
      int[] rows,
      int row,
      int last,
      float[] b,
      int bt,
      int ldb,
      float[] c,
      int ct,
      int ldc,
      boolean fresh) {
    int a0 = at + rows[row];
    int a1 = at + rows[Math.min(row + 1, last)];
    int a2 = at + rows[Math.min(row + 2, last)];
    int a3 = at + rows[Math.min(row + 3, last)];
    int a4 = at + rows[Math.min(row + 4, last)];
    int a5 = at + rows[Math.min(row + 5, last)];
    int a6 = at + rows[Math.min(row + 6, last)];
    int a7 = at + rows[Math.min(row + 7, last)];
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
      int from = steps[step + k];
      FloatVector b0 = FloatVector.fromArray(F, b, bt + ldb * k);
      FloatVector b1 = FloatVector.fromArray(F, b, bt + ldb * k + LEN);
      FloatVector x0 = FloatVector.broadcast(F, a[a0 + from]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      FloatVector x1 = FloatVector.broadcast(F, a[a1 + from]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      FloatVector x2 = FloatVector.broadcast(F, a[a2 + from]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      FloatVector x3 = FloatVector.broadcast(F, a[a3 + from]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      FloatVector x4 = FloatVector.broadcast(F, a[a4 + from]);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      FloatVector x5 = FloatVector.broadcast(F, a[a5 + from]);
      c50 = x5.fma(b0, c50);
      c51 = x5.fma(b1, c51);
      FloatVector x6 = FloatVector.broadcast(F, a[a6 + from]);
      c60 = x6.fma(b0, c60);
      c61 = x6.fma(b1, c61);
      FloatVector x7 = FloatVector.broadcast(F, a[a7 + from]);
      c70 = x7.fma(b0, c70);
      c71 = x7.fma(b1, c71);
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

  /** The same with one vector. */
  static void narrow(
      int depth,
      int[] steps,
      int step,
      float[] a,
      int at,
      int[] rows,
      int row,
      int last,
      float[] b,
      int bt,
      int ldb,
      float[] c,
      int ct,
      int ldc,
      boolean fresh) {
    int a0 = at + rows[row];
    int a1 = at + rows[Math.min(row + 1, last)];
    int a2 = at + rows[Math.min(row + 2, last)];
    int a3 = at + rows[Math.min(row + 3, last)];
    int a4 = at + rows[Math.min(row + 4, last)];
    int a5 = at + rows[Math.min(row + 5, last)];
    int a6 = at + rows[Math.min(row + 6, last)];
    int a7 = at + rows[Math.min(row + 7, last)];
    float[] start = fresh ? ZEROS : c;
    int read = fresh ? 0 : ct;
    int down = fresh ? 0 : ldc;
    FloatVector c00 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c10 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c20 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c30 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c40 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c50 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c60 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c70 = FloatVector.fromArray(F, start, read);
    for (int k = 0; k < depth; k++) {
      int from = steps[step + k];
      FloatVector b0 = FloatVector.fromArray(F, b, bt + ldb * k);
      FloatVector x0 = FloatVector.broadcast(F, a[a0 + from]);
      c00 = x0.fma(b0, c00);
      FloatVector x1 = FloatVector.broadcast(F, a[a1 + from]);
      c10 = x1.fma(b0, c10);
      FloatVector x2 = FloatVector.broadcast(F, a[a2 + from]);
      c20 = x2.fma(b0, c20);
      FloatVector x3 = FloatVector.broadcast(F, a[a3 + from]);
      c30 = x3.fma(b0, c30);
      FloatVector x4 = FloatVector.broadcast(F, a[a4 + from]);
      c40 = x4.fma(b0, c40);
      FloatVector x5 = FloatVector.broadcast(F, a[a5 + from]);
      c50 = x5.fma(b0, c50);
      FloatVector x6 = FloatVector.broadcast(F, a[a6 + from]);
      c60 = x6.fma(b0, c60);
      FloatVector x7 = FloatVector.broadcast(F, a[a7 + from]);
      c70 = x7.fma(b0, c70);
    }
    int write = ct + 7 * ldc;
    c70.intoArray(c, write);
    write -= ldc;
    c60.intoArray(c, write);
    write -= ldc;
    c50.intoArray(c, write);
    write -= ldc;
    c40.intoArray(c, write);
    write -= ldc;
    c30.intoArray(c, write);
    write -= ldc;
    c20.intoArray(c, write);
    write -= ldc;
    c10.intoArray(c, write);
    write -= ldc;
    c00.intoArray(c, write);
  }

  /** The same with 16 rows and one vector, see {@link #TALL}. */
  static void tall(
      int depth,
      int[] steps,
      int step,
      float[] a,
      int at,
      int[] rows,
      int row,
      int last,
      float[] b,
      int bt,
      int ldb,
      float[] c,
      int ct,
      int ldc,
      boolean fresh) {
    int a0 = at + rows[row];
    int a1 = at + rows[Math.min(row + 1, last)];
    int a2 = at + rows[Math.min(row + 2, last)];
    int a3 = at + rows[Math.min(row + 3, last)];
    int a4 = at + rows[Math.min(row + 4, last)];
    int a5 = at + rows[Math.min(row + 5, last)];
    int a6 = at + rows[Math.min(row + 6, last)];
    int a7 = at + rows[Math.min(row + 7, last)];
    int a8 = at + rows[Math.min(row + 8, last)];
    int a9 = at + rows[Math.min(row + 9, last)];
    int a10 = at + rows[Math.min(row + 10, last)];
    int a11 = at + rows[Math.min(row + 11, last)];
    int a12 = at + rows[Math.min(row + 12, last)];
    int a13 = at + rows[Math.min(row + 13, last)];
    int a14 = at + rows[Math.min(row + 14, last)];
    int a15 = at + rows[Math.min(row + 15, last)];
    float[] start = fresh ? ZEROS : c;
    int read = fresh ? 0 : ct;
    int down = fresh ? 0 : ldc;
    FloatVector c00 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c10 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c20 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c30 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c40 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c50 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c60 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c70 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c80 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c90 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c100 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c110 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c120 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c130 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c140 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c150 = FloatVector.fromArray(F, start, read);
    for (int k = 0; k < depth; k++) {
      int from = steps[step + k];
      FloatVector b0 = FloatVector.fromArray(F, b, bt + ldb * k);
      FloatVector x0 = FloatVector.broadcast(F, a[a0 + from]);
      c00 = x0.fma(b0, c00);
      FloatVector x1 = FloatVector.broadcast(F, a[a1 + from]);
      c10 = x1.fma(b0, c10);
      FloatVector x2 = FloatVector.broadcast(F, a[a2 + from]);
      c20 = x2.fma(b0, c20);
      FloatVector x3 = FloatVector.broadcast(F, a[a3 + from]);
      c30 = x3.fma(b0, c30);
      FloatVector x4 = FloatVector.broadcast(F, a[a4 + from]);
      c40 = x4.fma(b0, c40);
      FloatVector x5 = FloatVector.broadcast(F, a[a5 + from]);
      c50 = x5.fma(b0, c50);
      FloatVector x6 = FloatVector.broadcast(F, a[a6 + from]);
      c60 = x6.fma(b0, c60);
      FloatVector x7 = FloatVector.broadcast(F, a[a7 + from]);
      c70 = x7.fma(b0, c70);
      FloatVector x8 = FloatVector.broadcast(F, a[a8 + from]);
      c80 = x8.fma(b0, c80);
      FloatVector x9 = FloatVector.broadcast(F, a[a9 + from]);
      c90 = x9.fma(b0, c90);
      FloatVector x10 = FloatVector.broadcast(F, a[a10 + from]);
      c100 = x10.fma(b0, c100);
      FloatVector x11 = FloatVector.broadcast(F, a[a11 + from]);
      c110 = x11.fma(b0, c110);
      FloatVector x12 = FloatVector.broadcast(F, a[a12 + from]);
      c120 = x12.fma(b0, c120);
      FloatVector x13 = FloatVector.broadcast(F, a[a13 + from]);
      c130 = x13.fma(b0, c130);
      FloatVector x14 = FloatVector.broadcast(F, a[a14 + from]);
      c140 = x14.fma(b0, c140);
      FloatVector x15 = FloatVector.broadcast(F, a[a15 + from]);
      c150 = x15.fma(b0, c150);
    }
    int write = ct + 15 * ldc;
    c150.intoArray(c, write);
    write -= ldc;
    c140.intoArray(c, write);
    write -= ldc;
    c130.intoArray(c, write);
    write -= ldc;
    c120.intoArray(c, write);
    write -= ldc;
    c110.intoArray(c, write);
    write -= ldc;
    c100.intoArray(c, write);
    write -= ldc;
    c90.intoArray(c, write);
    write -= ldc;
    c80.intoArray(c, write);
    write -= ldc;
    c70.intoArray(c, write);
    write -= ldc;
    c60.intoArray(c, write);
    write -= ldc;
    c50.intoArray(c, write);
    write -= ldc;
    c40.intoArray(c, write);
    write -= ldc;
    c30.intoArray(c, write);
    write -= ldc;
    c20.intoArray(c, write);
    write -= ldc;
    c10.intoArray(c, write);
    write -= ldc;
    c00.intoArray(c, write);
  }

  /**
   * The same as {@link #narrow} with rows of A that lie evenly apart. Their distance stands in the
   * table, too, after each step: what the compiler knows to stay the same it multiplies out, into
   * more addresses than there are registers, and those that it parks in vector registers now and
   * then take half as much time again.
   *
   * @param steps step and distance in turn
   * @param at the place of the first row
   */
  static void narrowEven(
      int depth,
      int[] steps,
      int step,
      float[] a,
      int at,
      float[] b,
      int bt,
      float[] c,
      int ct,
      int ldc,
      boolean fresh) {
    float[] start = fresh ? ZEROS : c;
    int read = fresh ? 0 : ct;
    int down = fresh ? 0 : ldc;
    FloatVector c00 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c10 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c20 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c30 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c40 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c50 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c60 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c70 = FloatVector.fromArray(F, start, read);
    for (int k = 0; k < depth; k++) {
      int place = at + steps[step + 2 * k];
      int apart = steps[step + 2 * k + 1];
      FloatVector b0 = FloatVector.fromArray(F, b, bt + LEN * k);
      FloatVector x0 = FloatVector.broadcast(F, a[place]);
      c00 = x0.fma(b0, c00);
      place += apart;
      FloatVector x1 = FloatVector.broadcast(F, a[place]);
      c10 = x1.fma(b0, c10);
      place += apart;
      FloatVector x2 = FloatVector.broadcast(F, a[place]);
      c20 = x2.fma(b0, c20);
      place += apart;
      FloatVector x3 = FloatVector.broadcast(F, a[place]);
      c30 = x3.fma(b0, c30);
      place += apart;
      FloatVector x4 = FloatVector.broadcast(F, a[place]);
      c40 = x4.fma(b0, c40);
      place += apart;
      FloatVector x5 = FloatVector.broadcast(F, a[place]);
      c50 = x5.fma(b0, c50);
      place += apart;
      FloatVector x6 = FloatVector.broadcast(F, a[place]);
      c60 = x6.fma(b0, c60);
      place += apart;
      FloatVector x7 = FloatVector.broadcast(F, a[place]);
      c70 = x7.fma(b0, c70);
    }
    int write = ct + 7 * ldc;
    c70.intoArray(c, write);
    write -= ldc;
    c60.intoArray(c, write);
    write -= ldc;
    c50.intoArray(c, write);
    write -= ldc;
    c40.intoArray(c, write);
    write -= ldc;
    c30.intoArray(c, write);
    write -= ldc;
    c20.intoArray(c, write);
    write -= ldc;
    c10.intoArray(c, write);
    write -= ldc;
    c00.intoArray(c, write);
  }

  /** The same with 16 rows, see {@link #TALL}. */
  static void tallEven(
      int depth,
      int[] steps,
      int step,
      float[] a,
      int at,
      float[] b,
      int bt,
      float[] c,
      int ct,
      int ldc,
      boolean fresh) {
    float[] start = fresh ? ZEROS : c;
    int read = fresh ? 0 : ct;
    int down = fresh ? 0 : ldc;
    FloatVector c00 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c10 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c20 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c30 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c40 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c50 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c60 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c70 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c80 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c90 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c100 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c110 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c120 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c130 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c140 = FloatVector.fromArray(F, start, read);
    read += down;
    FloatVector c150 = FloatVector.fromArray(F, start, read);
    for (int k = 0; k < depth; k++) {
      int place = at + steps[step + 2 * k];
      int apart = steps[step + 2 * k + 1];
      FloatVector b0 = FloatVector.fromArray(F, b, bt + LEN * k);
      FloatVector x0 = FloatVector.broadcast(F, a[place]);
      c00 = x0.fma(b0, c00);
      place += apart;
      FloatVector x1 = FloatVector.broadcast(F, a[place]);
      c10 = x1.fma(b0, c10);
      place += apart;
      FloatVector x2 = FloatVector.broadcast(F, a[place]);
      c20 = x2.fma(b0, c20);
      place += apart;
      FloatVector x3 = FloatVector.broadcast(F, a[place]);
      c30 = x3.fma(b0, c30);
      place += apart;
      FloatVector x4 = FloatVector.broadcast(F, a[place]);
      c40 = x4.fma(b0, c40);
      place += apart;
      FloatVector x5 = FloatVector.broadcast(F, a[place]);
      c50 = x5.fma(b0, c50);
      place += apart;
      FloatVector x6 = FloatVector.broadcast(F, a[place]);
      c60 = x6.fma(b0, c60);
      place += apart;
      FloatVector x7 = FloatVector.broadcast(F, a[place]);
      c70 = x7.fma(b0, c70);
      place += apart;
      FloatVector x8 = FloatVector.broadcast(F, a[place]);
      c80 = x8.fma(b0, c80);
      place += apart;
      FloatVector x9 = FloatVector.broadcast(F, a[place]);
      c90 = x9.fma(b0, c90);
      place += apart;
      FloatVector x10 = FloatVector.broadcast(F, a[place]);
      c100 = x10.fma(b0, c100);
      place += apart;
      FloatVector x11 = FloatVector.broadcast(F, a[place]);
      c110 = x11.fma(b0, c110);
      place += apart;
      FloatVector x12 = FloatVector.broadcast(F, a[place]);
      c120 = x12.fma(b0, c120);
      place += apart;
      FloatVector x13 = FloatVector.broadcast(F, a[place]);
      c130 = x13.fma(b0, c130);
      place += apart;
      FloatVector x14 = FloatVector.broadcast(F, a[place]);
      c140 = x14.fma(b0, c140);
      place += apart;
      FloatVector x15 = FloatVector.broadcast(F, a[place]);
      c150 = x15.fma(b0, c150);
    }
    int write = ct + 15 * ldc;
    c150.intoArray(c, write);
    write -= ldc;
    c140.intoArray(c, write);
    write -= ldc;
    c130.intoArray(c, write);
    write -= ldc;
    c120.intoArray(c, write);
    write -= ldc;
    c110.intoArray(c, write);
    write -= ldc;
    c100.intoArray(c, write);
    write -= ldc;
    c90.intoArray(c, write);
    write -= ldc;
    c80.intoArray(c, write);
    write -= ldc;
    c70.intoArray(c, write);
    write -= ldc;
    c60.intoArray(c, write);
    write -= ldc;
    c50.intoArray(c, write);
    write -= ldc;
    c40.intoArray(c, write);
    write -= ldc;
    c30.intoArray(c, write);
    write -= ldc;
    c20.intoArray(c, write);
    write -= ldc;
    c10.intoArray(c, write);
    write -= ldc;
    c00.intoArray(c, write);
  }

  /**
   * The same as {@link #wide} where the numbers of a row lie in runs of {@link #RUN}: a look-up and
   * the addresses of the rows serve two numbers. Narrow tiles do without, since the compiler does
   * not reliably keep their vectors in registers in this form.
   *
   * @param runs the distances of the first numbers of runs from the place of a row, from {@code
   *     run} on
   * @param count how many runs
   */
  static void wideRuns(
      int[] runs,
      int run,
      int count,
      float[] a,
      int at,
      int[] base,
      int p,
      int last,
      float[] b,
      int bt,
      float[] c,
      int ct,
      int ldc,
      boolean fresh) {
    int a0 = at + base[p];
    int a1 = at + base[Math.min(p + 1, last)];
    int a2 = at + base[Math.min(p + 2, last)];
    int a3 = at + base[Math.min(p + 3, last)];
    int a4 = at + base[Math.min(p + 4, last)];
    int a5 = at + base[Math.min(p + 5, last)];
    int a6 = at + base[Math.min(p + 6, last)];
    int a7 = at + base[Math.min(p + 7, last)];
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
    for (int i = 0; i < count; i++) {
      int from = runs[run + i];
      FloatVector b00 = FloatVector.fromArray(F, b, bt + 4 * LEN * i);
      FloatVector b01 = FloatVector.fromArray(F, b, bt + 4 * LEN * i + LEN);
      FloatVector b10 = FloatVector.fromArray(F, b, bt + 4 * LEN * i + 2 * LEN);
      FloatVector b11 = FloatVector.fromArray(F, b, bt + 4 * LEN * i + 3 * LEN);
      int s0 = a0 + from;
      FloatVector x00 = FloatVector.broadcast(F, a[s0]);
      c00 = x00.fma(b00, c00);
      c01 = x00.fma(b01, c01);
      FloatVector x10 = FloatVector.broadcast(F, a[s0 + 1]);
      c00 = x10.fma(b10, c00);
      c01 = x10.fma(b11, c01);
      int s1 = a1 + from;
      FloatVector x01 = FloatVector.broadcast(F, a[s1]);
      c10 = x01.fma(b00, c10);
      c11 = x01.fma(b01, c11);
      FloatVector x11 = FloatVector.broadcast(F, a[s1 + 1]);
      c10 = x11.fma(b10, c10);
      c11 = x11.fma(b11, c11);
      int s2 = a2 + from;
      FloatVector x02 = FloatVector.broadcast(F, a[s2]);
      c20 = x02.fma(b00, c20);
      c21 = x02.fma(b01, c21);
      FloatVector x12 = FloatVector.broadcast(F, a[s2 + 1]);
      c20 = x12.fma(b10, c20);
      c21 = x12.fma(b11, c21);
      int s3 = a3 + from;
      FloatVector x03 = FloatVector.broadcast(F, a[s3]);
      c30 = x03.fma(b00, c30);
      c31 = x03.fma(b01, c31);
      FloatVector x13 = FloatVector.broadcast(F, a[s3 + 1]);
      c30 = x13.fma(b10, c30);
      c31 = x13.fma(b11, c31);
      int s4 = a4 + from;
      FloatVector x04 = FloatVector.broadcast(F, a[s4]);
      c40 = x04.fma(b00, c40);
      c41 = x04.fma(b01, c41);
      FloatVector x14 = FloatVector.broadcast(F, a[s4 + 1]);
      c40 = x14.fma(b10, c40);
      c41 = x14.fma(b11, c41);
      int s5 = a5 + from;
      FloatVector x05 = FloatVector.broadcast(F, a[s5]);
      c50 = x05.fma(b00, c50);
      c51 = x05.fma(b01, c51);
      FloatVector x15 = FloatVector.broadcast(F, a[s5 + 1]);
      c50 = x15.fma(b10, c50);
      c51 = x15.fma(b11, c51);
      int s6 = a6 + from;
      FloatVector x06 = FloatVector.broadcast(F, a[s6]);
      c60 = x06.fma(b00, c60);
      c61 = x06.fma(b01, c61);
      FloatVector x16 = FloatVector.broadcast(F, a[s6 + 1]);
      c60 = x16.fma(b10, c60);
      c61 = x16.fma(b11, c61);
      int s7 = a7 + from;
      FloatVector x07 = FloatVector.broadcast(F, a[s7]);
      c70 = x07.fma(b00, c70);
      c71 = x07.fma(b01, c71);
      FloatVector x17 = FloatVector.broadcast(F, a[s7 + 1]);
      c70 = x17.fma(b10, c70);
      c71 = x17.fma(b11, c71);
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
   * The sums of {@link #wide}, transposed: c[row][j] (+)= sum over pixels of g[pixel][row]
   * x[place(pixel) + j], for ascending pixels, 8 channels of the gradients as rows and {@link
   * #ACROSS} successive numbers j of the images. Each number that is broadcast is multiplied by
   * three vectors instead of two, which takes 32 registers.
   *
   * @param pixels how many
   * @param base the places of the pixels, counted from {@code at}
   * @param g g[gt + ldg pixel + row]
   * @param fresh whether sums start at 0, else at what is there
   */
  static void productsAcross(
      int pixels,
      float[] x,
      int at,
      int[] base,
      float[] g,
      int gt,
      int ldg,
      float[] c,
      int ct,
      int ldc,
      boolean fresh) {
    float[] start = fresh ? ZEROS : c;
    int read = fresh ? 0 : ct;
    int down = fresh ? 0 : ldc;
    FloatVector c00 = FloatVector.fromArray(F, start, read);
    FloatVector c01 = FloatVector.fromArray(F, start, read + LEN);
    FloatVector c02 = FloatVector.fromArray(F, start, read + 2 * LEN);
    read += down;
    FloatVector c10 = FloatVector.fromArray(F, start, read);
    FloatVector c11 = FloatVector.fromArray(F, start, read + LEN);
    FloatVector c12 = FloatVector.fromArray(F, start, read + 2 * LEN);
    read += down;
    FloatVector c20 = FloatVector.fromArray(F, start, read);
    FloatVector c21 = FloatVector.fromArray(F, start, read + LEN);
    FloatVector c22 = FloatVector.fromArray(F, start, read + 2 * LEN);
    read += down;
    FloatVector c30 = FloatVector.fromArray(F, start, read);
    FloatVector c31 = FloatVector.fromArray(F, start, read + LEN);
    FloatVector c32 = FloatVector.fromArray(F, start, read + 2 * LEN);
    read += down;
    FloatVector c40 = FloatVector.fromArray(F, start, read);
    FloatVector c41 = FloatVector.fromArray(F, start, read + LEN);
    FloatVector c42 = FloatVector.fromArray(F, start, read + 2 * LEN);
    read += down;
    FloatVector c50 = FloatVector.fromArray(F, start, read);
    FloatVector c51 = FloatVector.fromArray(F, start, read + LEN);
    FloatVector c52 = FloatVector.fromArray(F, start, read + 2 * LEN);
    read += down;
    FloatVector c60 = FloatVector.fromArray(F, start, read);
    FloatVector c61 = FloatVector.fromArray(F, start, read + LEN);
    FloatVector c62 = FloatVector.fromArray(F, start, read + 2 * LEN);
    read += down;
    FloatVector c70 = FloatVector.fromArray(F, start, read);
    FloatVector c71 = FloatVector.fromArray(F, start, read + LEN);
    FloatVector c72 = FloatVector.fromArray(F, start, read + 2 * LEN);
    for (int p = 0; p < pixels; p++) {
      int from = at + base[p];
      int to = gt + ldg * p;
      FloatVector x0 = FloatVector.fromArray(F, x, from);
      FloatVector x1 = FloatVector.fromArray(F, x, from + LEN);
      FloatVector x2 = FloatVector.fromArray(F, x, from + 2 * LEN);
      FloatVector g0 = FloatVector.broadcast(F, g[to]);
      c00 = g0.fma(x0, c00);
      c01 = g0.fma(x1, c01);
      c02 = g0.fma(x2, c02);
      FloatVector g1 = FloatVector.broadcast(F, g[to + 1]);
      c10 = g1.fma(x0, c10);
      c11 = g1.fma(x1, c11);
      c12 = g1.fma(x2, c12);
      FloatVector g2 = FloatVector.broadcast(F, g[to + 2]);
      c20 = g2.fma(x0, c20);
      c21 = g2.fma(x1, c21);
      c22 = g2.fma(x2, c22);
      FloatVector g3 = FloatVector.broadcast(F, g[to + 3]);
      c30 = g3.fma(x0, c30);
      c31 = g3.fma(x1, c31);
      c32 = g3.fma(x2, c32);
      FloatVector g4 = FloatVector.broadcast(F, g[to + 4]);
      c40 = g4.fma(x0, c40);
      c41 = g4.fma(x1, c41);
      c42 = g4.fma(x2, c42);
      FloatVector g5 = FloatVector.broadcast(F, g[to + 5]);
      c50 = g5.fma(x0, c50);
      c51 = g5.fma(x1, c51);
      c52 = g5.fma(x2, c52);
      FloatVector g6 = FloatVector.broadcast(F, g[to + 6]);
      c60 = g6.fma(x0, c60);
      c61 = g6.fma(x1, c61);
      c62 = g6.fma(x2, c62);
      FloatVector g7 = FloatVector.broadcast(F, g[to + 7]);
      c70 = g7.fma(x0, c70);
      c71 = g7.fma(x1, c71);
      c72 = g7.fma(x2, c72);
    }
    int write = ct + 7 * ldc;
    c70.intoArray(c, write);
    c71.intoArray(c, write + LEN);
    c72.intoArray(c, write + 2 * LEN);
    write -= ldc;
    c60.intoArray(c, write);
    c61.intoArray(c, write + LEN);
    c62.intoArray(c, write + 2 * LEN);
    write -= ldc;
    c50.intoArray(c, write);
    c51.intoArray(c, write + LEN);
    c52.intoArray(c, write + 2 * LEN);
    write -= ldc;
    c40.intoArray(c, write);
    c41.intoArray(c, write + LEN);
    c42.intoArray(c, write + 2 * LEN);
    write -= ldc;
    c30.intoArray(c, write);
    c31.intoArray(c, write + LEN);
    c32.intoArray(c, write + 2 * LEN);
    write -= ldc;
    c20.intoArray(c, write);
    c21.intoArray(c, write + LEN);
    c22.intoArray(c, write + 2 * LEN);
    write -= ldc;
    c10.intoArray(c, write);
    c11.intoArray(c, write + LEN);
    c12.intoArray(c, write + 2 * LEN);
    write -= ldc;
    c00.intoArray(c, write);
    c01.intoArray(c, write + LEN);
    c02.intoArray(c, write + 2 * LEN);
  }
}
