package org.genlab.tensor;

import java.util.Arrays;

/** The dimensions of a tensor, outermost first. Immutable. */
public final class Shape {
  private final int[] dimensions;
  private final int size;

  private Shape(int[] dimensions, int size) {
    this.dimensions = dimensions;
    this.size = size;
  }

  /**
   * The shape of those dimensions; of none, the shape of a scalar.
   *
   * @throws IllegalArgumentException when one is negative, or there are 2^31 elements or more
   */
  public static Shape of(int... dimensions) {
    return of("Shape.of", dimensions);
  }

  /**
   * The shape of those dimensions.
   *
   * @param operation who asks, for messages
   */
  static Shape of(String operation, int... dimensions) {
    return new Shape(dimensions.clone(), size(operation, dimensions));
  }

  private static int size(String operation, int... dimensions) {
    long product = 1;
    for (int d : dimensions) {
      if (d < 0) {
        throw new IllegalArgumentException(
            operation + ": negative dimension in shape " + Arrays.toString(dimensions));
      }
      // Held at a number that is too large already, as a later dimension may be 0.
      product = Math.min(product * d, 1L << 31);
    }
    if (product > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          operation
              + ": shape "
              + Arrays.toString(dimensions)
              + " has more elements than the "
              + Integer.MAX_VALUE
              + " that a tensor can have");
    }
    return (int) product;
  }

  /** The number of dimensions; 0 for a scalar. */
  public int rank() {
    return dimensions.length;
  }

  /** The number of elements: the product of the dimensions, 1 for a scalar. */
  public int size() {
    return size;
  }

  /**
   * A dimension.
   *
   * @param axis from 0; negative counts from the end, -1 the last
   * @throws IllegalArgumentException when it is not in [-rank, rank)
   */
  public int dimension(int axis) {
    return dimensions[axis("dimension", axis)];
  }

  /**
   * An axis as a number in [0, rank).
   *
   * @throws IllegalArgumentException when it is not in [-rank, rank)
   */
  public int axis(int axis) {
    return axis("axis", axis);
  }

  /**
   * An axis as a number in [0, rank).
   *
   * @param operation who asks, for messages
   */
  int axis(String operation, int axis) {
    int rank = dimensions.length;
    if (axis < -rank || axis >= rank) {
      throw new IllegalArgumentException(
          operation
              + ": axis "
              + axis
              + " of shape "
              + this
              + (rank == 0
                  ? "; a scalar has no axes"
                  : " is not in [-" + rank + ", " + rank + ")"));
    }
    return axis < 0 ? axis + rank : axis;
  }

  /** The dimensions, not to be changed. */
  int[] dimensions() {
    return dimensions;
  }

  /** The product of the dimensions in a range of axes. */
  int product(int from, int to) {
    int product = 1;
    for (int d = from; d < to; d++) {
      product *= dimensions[d];
    }
    return product;
  }

  /** This shape with another dimension at an axis in [0, rank). */
  Shape with(int axis, int dimension) {
    int[] changed = dimensions.clone();
    changed[axis] = dimension;
    return new Shape(changed, size("Shape", changed));
  }

  /** This shape without an axis in [0, rank). */
  Shape without(int axis) {
    int[] rest = new int[dimensions.length - 1];
    System.arraycopy(dimensions, 0, rest, 0, axis);
    System.arraycopy(dimensions, axis + 1, rest, axis, rest.length - axis);
    return new Shape(rest, size("Shape", rest));
  }

  /** The dimensions, as a new array. */
  public int[] toArray() {
    return dimensions.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that && Arrays.equals(dimensions, that.dimensions);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dimensions);
  }

  @Override
  public String toString() {
    return Arrays.toString(dimensions);
  }
}
