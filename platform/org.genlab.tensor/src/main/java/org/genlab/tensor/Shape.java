package org.genlab.tensor;

import java.util.Arrays;

/** The dimensions of a tensor, outermost first. Immutable. */
public final class Shape {
  private final int[] dimensions;
  private final int size;

  private Shape(int[] dimensions) {
    this.dimensions = dimensions;
    int product = 1;
    for (int d : dimensions) {
      if (d < 0) {
        throw new IllegalArgumentException(
            "negative dimension in shape " + Arrays.toString(dimensions));
      }
      product = Math.multiplyExact(product, d);
    }
    this.size = product;
  }

  /** The shape of those dimensions; of none, the shape of a scalar. */
  public static Shape of(int... dimensions) {
    return new Shape(dimensions.clone());
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
   */
  public int dimension(int axis) {
    return dimensions[axis(axis)];
  }

  /**
   * An axis as a number in [0, rank).
   *
   * @throws IllegalArgumentException when it is not in [-rank, rank)
   */
  public int axis(int axis) {
    if (axis < -dimensions.length || axis >= dimensions.length) {
      throw new IllegalArgumentException("axis " + axis + " of a tensor of shape " + this);
    }
    return axis < 0 ? axis + dimensions.length : axis;
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
    return new Shape(changed);
  }

  /** This shape without an axis in [0, rank). */
  Shape without(int axis) {
    int[] rest = new int[dimensions.length - 1];
    System.arraycopy(dimensions, 0, rest, 0, axis);
    System.arraycopy(dimensions, axis + 1, rest, axis, rest.length - axis);
    return new Shape(rest);
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
