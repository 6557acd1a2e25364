package org.genlab.tensor;

import java.util.Arrays;
import java.util.List;

/** Operations that pick elements by their positions, or put them in order. */
final class SelectionOps {
  private SelectionOps() {}

  /** Entries of an axis, repeatable, in the order given. */
  static Tensor select(String operation, Tensor x, int axis, int... positions) {
    int a = x.shape().axis(operation, axis);
    int length = x.dimension(a);
    for (int p : positions) {
      if (p < 0 || p >= length) {
        throw outside(operation + ": position " + p, axis, x.shape(), length);
      }
    }
    int outer = x.shape().product(0, a);
    int[] rows = new int[outer * positions.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i / positions.length * length + positions[i % positions.length];
    }
    int inner = x.shape().product(a + 1, x.rank());
    return x.reshape(outer * length, inner)
        .gather(IntTensor.of(rows, rows.length))
        .reshape(x.shape().with(a, positions.length));
  }

  private static IndexOutOfBoundsException outside(String what, int axis, Shape shape, int length) {
    return new IndexOutOfBoundsException(
        what + " of axis " + axis + " of shape " + shape + " is not in [0, " + length + ")");
  }

  static Tensor flip(Tensor x, int... axes) {
    Tensor flipped = x;
    for (int axis : axes) {
      int n = x.dimension(x.shape().axis("flip", axis));
      int[] order = new int[n];
      Arrays.setAll(order, i -> n - 1 - i);
      flipped = select("flip", flipped, axis, order);
    }
    return flipped;
  }

  static Tensor roll(Tensor x, int axis, int by) {
    int n = x.dimension(x.shape().axis("roll", axis));
    int shift = n == 0 ? 0 : Math.floorMod(by, n);
    return shift == 0
        ? x
        : Tensor.concat(axis, List.of(x.slice(axis, n - shift, n), x.slice(axis, 0, n - shift)));
  }

  static Tensor pad(Tensor x, int axis, int before, int after, double value) {
    int a = x.shape().axis("pad", axis);
    if (before < 0 || after < 0) {
      throw new IllegalArgumentException(
          "pad: "
              + before
              + " before and "
              + after
              + " after axis "
              + axis
              + " of shape "
              + x.shape()
              + " must not be negative");
    }
    return Tensor.concat(
        a,
        List.of(
            Tensor.full(value, x.shape().with(a, before).dimensions()),
            x,
            Tensor.full(value, x.shape().with(a, after).dimensions())));
  }

  static Tensor repeat(Tensor x, int... times) {
    if (times.length != x.rank() || Arrays.stream(times).anyMatch(t -> t < 0)) {
      throw new IllegalArgumentException(
          "repeat: "
              + Arrays.toString(times)
              + " is not one number, at least 0, for each axis of shape "
              + x.shape());
    }
    int[] from = new int[2 * times.length];
    int[] spread = new int[2 * times.length];
    int[] to = new int[times.length];
    for (int d = 0; d < times.length; d++) {
      from[2 * d] = 1;
      spread[2 * d] = times[d];
      from[2 * d + 1] = x.dimension(d);
      spread[2 * d + 1] = x.dimension(d);
      to[d] = times[d] * x.dimension(d);
    }
    return x.reshape(from).broadcastTo(Shape.of(spread)).reshape(to);
  }

  static Tensor diagonal(String operation, Tensor x) {
    if (x.rank() < 2) {
      throw new IllegalArgumentException(operation + ": shape " + x.shape() + " has no two axes");
    }
    int rows = x.dimension(-2);
    int columns = x.dimension(-1);
    int[] lead = Arrays.copyOf(x.shape().dimensions(), x.rank() - 1);
    lead[lead.length - 1] = rows * columns;
    int[] positions = new int[Math.min(rows, columns)];
    Arrays.setAll(positions, i -> i * (columns + 1));
    return select(operation, x.reshape(Shape.of(lead)), -1, positions);
  }

  /** Row-major positions in a tensor of that shape of the elements that indices name. */
  private static int[] positions(String operation, Shape shape, int axis, IntTensor indices) {
    int a = shape.axis(operation, axis);
    if (indices.shape().rank() != shape.rank()
        || !indices.shape().with(a, shape.dimension(a)).equals(shape)) {
      throw new IllegalArgumentException(
          operation
              + ": indices of shape "
              + indices.shape()
              + " do not fit a tensor of shape "
              + shape
              + " beside axis "
              + axis);
    }
    int length = shape.dimension(a);
    int taken = indices.shape().dimension(a);
    int inner = shape.product(a + 1, shape.rank());
    int[] positions = new int[indices.size()];
    for (int i = 0; i < positions.length; i++) {
      int index = indices.at(i);
      if (index < 0 || index >= length) {
        throw outside(operation + ": index " + index, axis, shape, length);
      }
      positions[i] = (i / (taken * inner) * length + index) * inner + i % inner;
    }
    return positions;
  }

  static Tensor take(Tensor x, int axis, IntTensor indices) {
    int[] positions = positions("takeAlong", x.shape(), axis, indices);
    return x.reshape(x.size()).gather(IntTensor.of(positions, indices.shape().dimensions()));
  }

  static Tensor scatterAdd(Tensor x, int axis, IntTensor indices, Tensor values) {
    int[] positions = positions("scatterAddAlong", x.shape(), axis, indices);
    if (!values.shape().equals(indices.shape())) {
      throw new IllegalArgumentException(
          "scatterAddAlong: values of shape "
              + values.shape()
              + " do not fit indices of shape "
              + indices.shape());
    }
    Tensor sums =
        LayoutOps.scatterAdd(
            values.reshape(values.size()),
            IntTensor.of(positions, positions.length),
            Shape.of(x.size()),
            1);
    return x.plus(sums.reshape(x.shape()));
  }

  /**
   * A number whose order is that of the values: NaN after infinity, 0 and -0 alike. The upper half
   * is the value, the lower one its position, so that equals stay in order.
   */
  private static long key(float value, boolean descending, int position) {
    int bits = Float.isNaN(value) ? Integer.MAX_VALUE : Float.floatToIntBits(value + 0f);
    int ordered = bits < 0 ? ~(bits & Integer.MAX_VALUE) : bits;
    return ((long) (descending ? ~ordered : ordered) << 32) | position;
  }

  /** Where the first k in order stand along an axis. */
  static IntTensor order(String operation, Tensor x, int axis, boolean descending) {
    return order(x, x.shape().axis(operation, axis), descending, Integer.MAX_VALUE);
  }

  private static IntTensor order(Tensor x, int a, boolean descending, int most) {
    int length = x.dimension(a);
    int k = Math.min(most, length);
    int inner = x.shape().product(a + 1, x.rank());
    int outer = x.shape().product(0, a);
    float[] values = x.toArray();
    int[] order = new int[outer * k * inner];
    long[] keys = new long[length];
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < inner; i++) {
        for (int j = 0; j < length; j++) {
          keys[j] = key(values[(o * length + j) * inner + i], descending, j);
        }
        Arrays.sort(keys);
        for (int j = 0; j < k; j++) {
          order[(o * k + j) * inner + i] = (int) keys[j];
        }
      }
    }
    return IntTensor.of(order, x.shape().with(a, k).dimensions());
  }

  static Sorted sort(Tensor x, int axis, boolean descending) {
    IntTensor order = order("sort", x, axis, descending);
    return new Sorted(take(x, axis, order), order);
  }

  static Sorted top(Tensor x, int axis, int k) {
    int a = x.shape().axis("topK", axis);
    if (k < 0 || k > x.dimension(a)) {
      throw new IllegalArgumentException(
          "topK: k = "
              + k
              + " for axis "
              + axis
              + " of shape "
              + x.shape()
              + " is not in [0, "
              + x.dimension(a)
              + "]");
    }
    IntTensor order = order(x, a, true, k);
    return new Sorted(take(x, a, order), order);
  }

  static Tensor triangle(int rows, int columns, int diagonal) {
    float[] mask = new float[Shape.of("lowerTriangle", rows, columns).size()];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns && j <= i + diagonal; j++) {
        mask[i * columns + j] = 1;
      }
    }
    return Tensor.of(mask, rows, columns);
  }
}
