package org.genlab.tensor.contract;

import static org.genlab.tensor.contract.OperationContract.s;

import java.util.Arrays;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Segments;
import org.genlab.tensor.SparseMatrix;
import org.genlab.tensor.Tensor;

/** Sparse matrices and segments. */
final class GraphCases {
  private GraphCases() {}

  // two entries in one place, an empty row, an empty column
  private static final int[] ROWS = {2, 0, 0, 3, 2, 0, 3};
  private static final int[] COLUMNS = {1, 0, 4, 2, 1, 1, 0};

  static void addTo(OperationContract contract) {
    for (int width : new int[] {0, 1, 3, 17, 66}) {
      contract.add(
          "sparse product " + width,
          x -> SparseMatrix.of(4, 5, ROWS, COLUMNS, x[0]).times(x[1].exp()),
          x -> dense(x[0]).matmul(x[1].map(Math::exp)),
          s(7),
          s(5, width));
      contract.add(
          "product of the sparse transpose " + width,
          x -> SparseMatrix.of(4, 5, ROWS, COLUMNS, x[0].exp()).transpose().times(x[1]),
          x -> dense(x[0].map(Math::exp)).transpose().matmul(x[1]),
          s(7),
          s(4, width));
      contract.add(
          "products of rows " + width,
          x ->
              SparseMatrix.of(4, 5, ROWS, COLUMNS, Tensor.zeros(7))
                  .productsOfRows(x[0], x[1])
                  .exp(),
          x -> {
            Reference full = x[0].matmul(x[1].transpose());
            int[] order = {1, 5, 2, 0, 4, 6, 3};
            return Reference.of(e -> full.values[ROWS[order[e]] * 5 + COLUMNS[order[e]]], 7)
                .map(Math::exp);
          },
          s(4, width),
          s(5, width));
    }
    contract.add(
        "sparse product of vectors",
        x -> SparseMatrix.of(4, 5, ROWS, COLUMNS, x[0]).times(x[1]),
        x -> dense(x[0]).matmul(x[1].reshape(5, 1)).reshape(4),
        s(7),
        s(5));
    contract.add(
        "sparse product of more dimensions",
        x -> SparseMatrix.of(4, 5, ROWS, COLUMNS, x[0]).times(x[1]),
        x -> dense(x[0]).matmul(x[1].reshape(5, 6)).reshape(4, 2, 3),
        s(7),
        s(5, 2, 3));
    contract.add(
        "toDense",
        x -> SparseMatrix.of(4, 5, ROWS, COLUMNS, x[0]).toDense().exp(),
        x -> dense(x[0]).map(Math::exp),
        s(7));
    contract.add(
        "two sparse products",
        x -> {
          SparseMatrix a = SparseMatrix.of(4, 5, ROWS, COLUMNS, x[0]);
          return a.transpose().times(a.times(x[1]).tanh());
        },
        x -> dense(x[0]).transpose().matmul(dense(x[0]).matmul(x[1]).map(Math::tanh)),
        s(7),
        s(5, 2));
    contract.add(
        "graph convolution",
        x ->
            SparseMatrix.normalizedAdjacency(
                    4, new int[] {0, 1, 2, 1, 2}, new int[] {1, 0, 3, 2, 2})
                .times(x[0].linear(x[1], null))
                .tanh(),
        x -> normalized().matmul(x[0].matmul(x[1])).map(Math::tanh),
        s(4, 3),
        s(3, 2));
    segments(contract);
  }

  private static Reference dense(Reference values) {
    Reference dense = Reference.of(i -> 0, 4, 5);
    for (int e = 0; e < ROWS.length; e++) {
      dense.values[ROWS[e] * 5 + COLUMNS[e]] += values.values[e];
    }
    return dense;
  }

  /** Of the path 0 - 1 - 2 - 3. */
  private static Reference normalized() {
    double[] degree = {2, 3, 3, 2};
    return Reference.of(
        i -> Math.abs(i / 4 - i % 4) <= 1 ? 1 / Math.sqrt(degree[i / 4] * degree[i % 4]) : 0, 4, 4);
  }

  private static void segments(OperationContract contract) {
    int[] ids = {3, 0, 0, 1, 3, 0};
    Segments segments = Segments.of(IntTensor.of(ids, 6), 4);
    for (int[] shape : new int[][] {s(6), s(6, 1), s(6, 17), s(6, 2, 3), s(6, 0)}) {
      int width = Reference.product(Arrays.copyOfRange(shape, 1, shape.length));
      int[] to = shape.clone();
      to[0] = 4;
      contract.add(
          "segment sum",
          x -> segments.sum(x[0].exp()),
          x -> reduced(x[0].map(Math::exp), ids, width, false, to),
          shape);
      contract.add(
          "segment mean",
          x -> segments.mean(x[0].exp()),
          x -> {
            Reference sum = reduced(x[0].map(Math::exp), ids, width, false, to);
            double[] sizes = {3, 1, 1, 2};
            return Reference.of(i -> sum.values[i] / sizes[i / width], to);
          },
          shape);
      contract.add(
          "segment max",
          x -> segments.max(x[0]).exp(),
          x -> reduced(x[0], ids, width, true, to).map(Math::exp),
          shape);
      contract.add(
          "segment softmax",
          x -> segments.softmax(x[0]),
          x -> {
            Reference e = x[0].map(Math::exp);
            Reference sum = reduced(e, ids, width, false, to);
            return Reference.of(
                i -> e.values[i] / sum.values[ids[i / width] * width + i % width], shape);
          },
          shape);
      contract.add(
          "spread over segments",
          x -> segments.spread(x[0].exp()),
          x -> Reference.of(i -> Math.exp(x[0].values[ids[i / width] * width + i % width]), shape),
          to);
    }
    Segments none = Segments.of(IntTensor.of(new int[0], 0), 2);
    contract.add(
        "segments of nothing",
        x -> none.sum(x[0]).plus(none.mean(x[0])).plus(none.max(x[0])),
        x -> Reference.of(i -> 0, 2, 3),
        s(0, 3));
  }

  private static Reference reduced(Reference x, int[] ids, int width, boolean max, int[] to) {
    double[] values = new double[Reference.product(to)];
    boolean[] seen = new boolean[values.length];
    for (int i = 0; i < x.values.length; i++) {
      int at = ids[i / width] * width + i % width;
      values[at] =
          !seen[at]
              ? x.values[i]
              : max ? Math.max(values[at], x.values[i]) : values[at] + x.values[i];
      seen[at] = true;
    }
    return new Reference(to, values);
  }
}
