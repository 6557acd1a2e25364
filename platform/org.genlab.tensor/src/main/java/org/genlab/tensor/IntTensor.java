package org.genlab.tensor;

import java.util.Arrays;

/** An immutable array of integers: tokens, labels, indices. */
public final class IntTensor {
  private final Shape shape;
  private final int[] values;

  private IntTensor(Shape shape, int[] values) {
    this.shape = shape;
    this.values = values;
  }

  /**
   * A tensor with a copy of those values, row-major.
   *
   * @throws IllegalArgumentException when the values do not fill the shape
   */
  public static IntTensor of(int[] values, int... shape) {
    Shape s = Shape.of(shape);
    if (s.size() != values.length) {
      throw new IllegalArgumentException(values.length + " values do not fill shape " + s);
    }
    return new IntTensor(s, values.clone());
  }

  /** The values, not to be changed. */
  int[] values() {
    return values;
  }

  /** The dimensions. */
  public Shape shape() {
    return shape;
  }

  /** The number of elements. */
  public int size() {
    return values.length;
  }

  /** A copy of the values, row-major. */
  public int[] toArray() {
    return values.clone();
  }

  /**
   * The value at a row-major position.
   *
   * @throws IndexOutOfBoundsException when the position is not in [0, size)
   */
  public int at(int position) {
    return values[position];
  }

  /**
   * Rows (entries of the first axis), repeatable.
   *
   * @throws IllegalArgumentException for a scalar
   * @throws IndexOutOfBoundsException when there is no such row
   */
  public IntTensor selectRows(int... rows) {
    if (shape.rank() == 0) {
      throw new IllegalArgumentException("selectRows: a scalar has no rows");
    }
    int[] dimensions = shape.toArray();
    int n = dimensions[0];
    int width = n == 0 ? 0 : values.length / n;
    int[] chosen = new int[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] < 0 || rows[i] >= n) {
        throw new IndexOutOfBoundsException("row " + rows[i] + " of a tensor of shape " + shape);
      }
      System.arraycopy(values, rows[i] * width, chosen, i * width, width);
    }
    dimensions[0] = rows.length;
    return new IntTensor(Shape.of(dimensions), chosen);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IntTensor that
        && shape.equals(that.shape)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "IntTensor" + shape;
  }
}
