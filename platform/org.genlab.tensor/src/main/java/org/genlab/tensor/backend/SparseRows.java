package org.genlab.tensor.backend;

import java.util.Arrays;

/**
 * Which entries of a sparse matrix stand where, row by row. The arrays are not to be changed.
 *
 * @param starts for each row the place of its first entry, and last the number of entries
 * @param columns the column of each entry
 * @param entries the place of the value of each entry; null when they are in the same order
 */
public record SparseRows(int[] starts, int[] columns, int[] entries) {
  /** The number of rows. */
  public int rows() {
    return starts.length - 1;
  }

  /** The number of entries. */
  public int size() {
    return columns.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SparseRows that
        && Arrays.equals(starts, that.starts)
        && Arrays.equals(columns, that.columns)
        && Arrays.equals(entries, that.entries);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(starts) + Arrays.hashCode(columns);
  }

  @Override
  public String toString() {
    return "SparseRows[" + rows() + " rows, " + size() + " entries]";
  }
}
