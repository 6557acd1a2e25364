package org.genlab.tensor;

import java.util.Arrays;

/** Shapes and strides: which elements of operands belong together. */
final class Indexing {
  private Indexing() {}

  /**
   * The shape to which two are broadcast: aligned at the last axis, where a dimension 1 fits any.
   *
   * @throws IllegalArgumentException when they do not fit
   */
  static Shape broadcast(String operation, Shape a, Shape b) {
    if (a.equals(b)) {
      return a;
    }
    if (!meet(a, b)) {
      throw new IllegalArgumentException(
          operation + ": shapes " + a + " and " + b + " do not fit together");
    }
    int rank = Math.max(a.rank(), b.rank());
    int[] dimensions = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int da = i <= a.rank() ? a.dimension(-i) : 1;
      int db = i <= b.rank() ? b.dimension(-i) : 1;
      dimensions[rank - i] = da == 1 ? db : da;
    }
    return Shape.of(operation, dimensions);
  }

  /** Whether there is a shape to which both can be broadcast. */
  static boolean meet(Shape a, Shape b) {
    for (int i = 1; i <= Math.min(a.rank(), b.rank()); i++) {
      int da = a.dimension(-i);
      int db = b.dimension(-i);
      if (da != db && da != 1 && db != 1) {
        return false;
      }
    }
    return true;
  }

  /** Whether a shape can be broadcast to another. */
  static boolean fits(Shape from, Shape to) {
    for (int i = 1; i <= from.rank(); i++) {
      if (i > to.rank() || (from.dimension(-i) != 1 && from.dimension(-i) != to.dimension(-i))) {
        return false;
      }
    }
    return true;
  }

  /** The distances between neighbours along each axis of a dense tensor. */
  static int[] strides(Shape shape) {
    int[] strides = new int[shape.rank()];
    int step = 1;
    for (int d = strides.length - 1; d >= 0; d--) {
      strides[d] = step;
      step *= shape.dimension(d);
    }
    return strides;
  }

  /** The strides by which a dense tensor is read as one of a larger shape; 0 where repeated. */
  static int[] strides(Shape from, Shape to) {
    int[] own = strides(from);
    int[] strides = new int[to.rank()];
    int lead = to.rank() - from.rank();
    for (int d = 0; d < own.length; d++) {
      strides[lead + d] = from.dimension(d) == 1 && to.dimension(lead + d) != 1 ? 0 : own[d];
    }
    return strides;
  }

  /** For each axis of the larger shape, whether the smaller one is repeated along it. */
  static boolean[] repeated(Shape from, Shape to) {
    boolean[] repeated = new boolean[to.rank()];
    int lead = to.rank() - from.rank();
    for (int d = 0; d < repeated.length; d++) {
      repeated[d] = d < lead || (from.dimension(d - lead) == 1 && to.dimension(d) != 1);
    }
    return repeated;
  }

  /**
   * An index over two operands with as few dimensions as possible: those of length 1 are left out,
   * neighbours along which both operands go on evenly are merged. At least one dimension is left.
   */
  record Pair(int[] dimensions, int[] a, int[] b) {
    static Pair of(int[] dimensions, int[] a, int[] b) {
      int rank = 0;
      int[] d = new int[dimensions.length + 1];
      int[] as = new int[d.length];
      int[] bs = new int[d.length];
      for (int i = 0; i < dimensions.length; i++) {
        int n = dimensions[i];
        if (n == 1) {
          continue;
        }
        if (rank > 0 && as[rank - 1] == a[i] * n && bs[rank - 1] == b[i] * n) {
          d[rank - 1] *= n;
          as[rank - 1] = a[i];
          bs[rank - 1] = b[i];
        } else {
          d[rank] = n;
          as[rank] = a[i];
          bs[rank] = b[i];
          rank++;
        }
      }
      if (rank == 0) {
        return new Pair(new int[] {1}, new int[] {1}, new int[] {1});
      }
      return new Pair(Arrays.copyOf(d, rank), Arrays.copyOf(as, rank), Arrays.copyOf(bs, rank));
    }

    /** Whether both operands are read one element after the other. */
    boolean isDense() {
      return dimensions.length == 1 && a[0] == 1 && b[0] == 1;
    }
  }
}
