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
    return new IntTensor(filled("IntTensor.of", values.length, shape), values.clone());
  }

  private static Shape filled(String operation, int values, int... dimensions) {
    Shape shape = Shape.of(operation, dimensions);
    if (shape.size() != values) {
      throw new IllegalArgumentException(
          operation + ": " + values + " values do not fill shape " + shape);
    }
    return shape;
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
    if (position < 0 || position >= values.length) {
      throw new IndexOutOfBoundsException(
          "at: position " + position + " of shape " + shape + " is not in [0, " + size() + ")");
    }
    return values[position];
  }

  /**
   * Rows (entries of the first axis), repeatable: of this [n, ...], [rows, ...].
   *
   * @throws IllegalArgumentException for a scalar
   * @throws IndexOutOfBoundsException when a row is not in [0, n)
   */
  public IntTensor selectRows(int... rows) {
    if (shape.rank() == 0) {
      throw new IllegalArgumentException("selectRows: shape [] has no rows");
    }
    int[] dimensions = shape.toArray();
    int n = dimensions[0];
    int width = n == 0 ? 0 : values.length / n;
    int[] chosen = new int[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] < 0 || rows[i] >= n) {
        throw new IndexOutOfBoundsException(
            "selectRows: row " + rows[i] + " of shape " + shape + " is not in [0, " + n + ")");
      }
      System.arraycopy(values, rows[i] * width, chosen, i * width, width);
    }
    dimensions[0] = rows.length;
    return new IntTensor(Shape.of(dimensions), chosen);
  }

  /**
   * Ones and zeros: along a new last axis, 1 at the value and 0 elsewhere; a negative value gives
   * zeros only.
   *
   * @return [..., classes], a constant
   * @throws IllegalArgumentException when the number of classes is negative
   * @throws IndexOutOfBoundsException when a value is not below the number of classes
   */
  public Tensor oneHot(int classes) {
    int[] dimensions = Arrays.copyOf(shape.dimensions(), shape.rank() + 1);
    dimensions[shape.rank()] = classes;
    float[] ones = new float[Shape.of("oneHot", dimensions).size()];
    for (int i = 0; i < values.length; i++) {
      if (values[i] >= classes) {
        throw new IndexOutOfBoundsException(
            "oneHot: value "
                + values[i]
                + " in a tensor of shape "
                + shape
                + " is not below the number of classes, "
                + classes);
      }
      if (values[i] >= 0) {
        ones[i * classes + values[i]] = 1;
      }
    }
    return Tensor.of(ones, dimensions);
  }

  /** 1 where the value is that one, else 0: of this shape, a constant. */
  public Tensor equalTo(int value) {
    float[] mask = new float[values.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = values[i] == value ? 1 : 0;
    }
    return Tensor.of(mask, shape.dimensions());
  }

  /**
   * 1 where the values of both are equal, else 0, broadcasting; a constant.
   *
   * @throws IllegalArgumentException when the shapes do not broadcast
   */
  public Tensor equalTo(IntTensor other) {
    Shape to = Indexing.broadcast("equalTo", shape, other.shape);
    int[] mine = Indexing.strides(shape, to);
    int[] others = Indexing.strides(other.shape, to);
    int[] dense = Indexing.strides(to);
    float[] mask = new float[to.size()];
    for (int i = 0; i < mask.length; i++) {
      int a = 0;
      int b = 0;
      for (int d = 0; d < dense.length; d++) {
        int index = i / dense[d] % to.dimension(d);
        a += index * mine[d];
        b += index * others[d];
      }
      mask[i] = values[a] == other.values[b] ? 1 : 0;
    }
    return Tensor.of(mask, to.dimensions());
  }

  /**
   * The same values in another shape.
   *
   * @throws IllegalArgumentException when the values do not fill it
   */
  public IntTensor reshape(int... dimensions) {
    return new IntTensor(filled("reshape", values.length, dimensions), values);
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
