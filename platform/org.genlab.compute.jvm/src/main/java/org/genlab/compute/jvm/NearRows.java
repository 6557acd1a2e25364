package org.genlab.compute.jvm;

/**
 * Rows of a matrix that are multiplied by many panels one after the other, copied to where a {@link
 * Tile} reads them fastest: as they lie, a constant distance apart, or where there are few
 * registers for vectors, the numbers of the rows of a tile side by side.
 */
final class NearRows {
  private NearRows() {}

  /**
   * Copies rows x[at + row ld + k], k < depth.
   *
   * @param rows a multiple of {@link Tile#ROWS}
   * @param depth at most {@link Tile#DEPTH}
   * @param near rows times {@link Tile#APART} long
   */
  static void copy(float[] x, int at, int ld, int rows, int depth, float[] near) {
    if (Tile.READS_ROWS) {
      for (int r = 0; r < rows; r++) {
        System.arraycopy(x, at + r * ld, near, r * Tile.APART, depth);
      }
      return;
    }
    for (int r = 0; r < rows; r += Tile.ROWS) {
      for (int i = 0; i < Tile.ROWS; i++) {
        int from = at + (r + i) * ld;
        int to = r * Tile.APART + i;
        for (int k = 0; k < depth; k++) {
          near[to + k * Tile.ROWS] = x[from + k];
        }
      }
    }
  }

  /** Adds the product of copied rows with a packed panel to c[ct + row ldc + column]. */
  static void multiply(
      int rows, int depth, float[] near, float[] b, int bt, float[] c, int ct, int ldc) {
    for (int r = 0; r < rows; r += Tile.ROWS) {
      if (Tile.READS_ROWS) {
        Tile.multiplyNear(depth, near, r * Tile.APART, b, bt, c, ct + r * ldc, ldc, false);
      } else {
        Tile.multiplyPacked(depth, near, r * Tile.APART, b, bt, c, ct + r * ldc, ldc, false);
      }
    }
  }
}
