package org.genlab.tensor;

import java.util.Arrays;
import org.genlab.tensor.backend.SparseRows;

/**
 * A partition of rows into segments: the nodes of each graph of a batch, the edges that end at each
 * node.
 *
 * <p>Tensors that are reduced are [n, ...], with one segment for each row; results are [count,
 * ...]. The rows of a segment need not stand together; they are taken in ascending order. All
 * operations are differentiable any number of times; a tensor with another number of rows gives an
 * {@link IllegalArgumentException} that names the operation. Immutable.
 */
public final class Segments {
  private final int[] ids;
  private final SparseRows bySegment;
  private final SparseRows byRow;

  private Segments(int[] ids, SparseRows bySegment, SparseRows byRow) {
    this.ids = ids;
    this.bySegment = bySegment;
    this.byRow = byRow;
  }

  /**
   * The partition with a given segment for each row.
   *
   * @param ids [n], each in [0, count)
   * @param count the number of segments, of which some may be empty
   * @throws IllegalArgumentException when the ids have not one axis, or the count is negative
   * @throws IndexOutOfBoundsException when there is no such segment
   */
  public static Segments of(IntTensor ids, int count) {
    if (ids.shape().rank() != 1 || count < 0) {
      throw new IllegalArgumentException(
          "Segments.of: ids of shape "
              + ids.shape()
              + " instead of [n], for "
              + count
              + " segments");
    }
    int n = ids.size();
    int[] starts = new int[count + 1];
    for (int id : ids.values()) {
      if (id < 0 || id >= count) {
        throw new IndexOutOfBoundsException(
            "Segments.of: segment " + id + " of ids of shape " + ids.shape() + outside(count));
      }
      starts[id + 1]++;
    }
    for (int s = 0; s < count; s++) {
      starts[s + 1] += starts[s];
    }
    int[] next = Arrays.copyOf(starts, count);
    int[] members = new int[n];
    int[] single = new int[n + 1];
    for (int i = 0; i < n; i++) {
      members[next[ids.at(i)]++] = i;
      single[i + 1] = i + 1;
    }
    return new Segments(
        ids.values(),
        new SparseRows(starts, members, null),
        new SparseRows(single, ids.values(), null));
  }

  /** The number of segments. */
  public int count() {
    return bySegment.rows();
  }

  private static String outside(int count) {
    return " is not in [0, " + count + ")";
  }

  /**
   * The number of rows of a segment.
   *
   * @throws IndexOutOfBoundsException when it is not in [0, count)
   */
  public int size(int segment) {
    if (segment < 0 || segment >= count()) {
      throw new IndexOutOfBoundsException("Segments.size: segment " + segment + outside(count()));
    }
    return bySegment.starts()[segment + 1] - bySegment.starts()[segment];
  }

  private void check(String operation, Tensor x) {
    if (x.rank() == 0 || x.dimension(0) != ids.length) {
      throw new IllegalArgumentException(
          operation
              + ": a tensor of shape "
              + x.shape()
              + " does not fit segments of "
              + ids.length
              + " rows");
    }
  }

  /**
   * The sum over each segment, 0 of an empty one: of x [n, ...], [count, ...].
   *
   * @throws IllegalArgumentException when x has not n rows
   */
  public Tensor sum(Tensor x) {
    check("Segments.sum", x);
    return SparseMatrix.sums(bySegment, byRow, x);
  }

  /**
   * The mean over each segment, 0 of an empty one: of x [n, ...], [count, ...].
   *
   * @throws IllegalArgumentException when x has not n rows
   */
  public Tensor mean(Tensor x) {
    check("Segments.mean", x);
    double[] factors = new double[count()];
    Arrays.setAll(factors, s -> 1.0 / Math.max(1, size(s)));
    int[] column = new int[x.rank()];
    Arrays.fill(column, 1);
    column[0] = count();
    return SparseMatrix.sums(bySegment, byRow, x).times(Tensor.of(factors, column));
  }

  /**
   * The largest of each segment, element by element, 0 of an empty one: of x [n, ...], [count,
   * ...]. The gradient goes to the first of equals; a NaN is larger than all numbers.
   *
   * @throws IllegalArgumentException when x has not n rows
   */
  public Tensor max(Tensor x) {
    check("Segments.max", x);
    int width = x.shape().product(1, x.rank());
    float[] values = x.detach().toArray();
    int[] places = new int[count() * width];
    float[] filled = new float[count()];
    for (int s = 0; s < count(); s++) {
      filled[s] = size(s) > 0 ? 1 : 0;
      for (int j = 0; j < width; j++) {
        int best = -1;
        for (int m = bySegment.starts()[s]; m < bySegment.starts()[s + 1]; m++) {
          int at = bySegment.columns()[m] * width + j;
          if (best < 0
              || values[at] > values[best]
              || (Float.isNaN(values[at]) && !Float.isNaN(values[best]))) {
            best = at;
          }
        }
        places[s * width + j] = Math.max(best, 0);
      }
    }
    Shape shape = x.shape().with(0, count());
    if (x.size() == 0) {
      return Tensor.zeros(shape);
    }
    Tensor y = x.reshape(x.size()).gather(IntTensor.of(places, shape.dimensions()));
    int[] column = new int[x.rank()];
    Arrays.fill(column, 1);
    column[0] = count();
    return y.where(Tensor.of(filled, column), Tensor.scalar(0));
  }

  /**
   * The softmax over the rows of each segment, element by element: of the shape of x [n, ...]. It
   * does not overflow.
   *
   * @throws IllegalArgumentException when x has not n rows
   */
  public Tensor softmax(Tensor x) {
    check("Segments.softmax", x);
    // Exponentials neither overflow nor all vanish; the result does not depend on the shift.
    Tensor e = x.minus(spread(max(x.detach()))).exp();
    return e.dividedBy(spread(sum(e)));
  }

  /**
   * A row of each segment repeated to its members.
   *
   * @param x [count, ...]
   * @return [n, ...]
   * @throws IllegalArgumentException when x has not a row for each segment
   */
  public Tensor spread(Tensor x) {
    if (x.rank() == 0 || x.dimension(0) != count()) {
      throw new IllegalArgumentException(
          "Segments.spread: a tensor of shape "
              + x.shape()
              + " does not fit "
              + count()
              + " segments");
    }
    return x.gather(IntTensor.of(ids, ids.length));
  }
}
