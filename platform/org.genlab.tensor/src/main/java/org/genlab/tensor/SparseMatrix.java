package org.genlab.tensor;

import java.util.Arrays;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Span;
import org.genlab.tensor.backend.SparseRows;

/**
 * A matrix of which only some entries are stored: adjacency matrices of graphs.
 *
 * <p>Where the entries stand is fixed; their values are a tensor and may be tracked. Entries are
 * ordered by row, then by column; several in one place count as their sum. Immutable. A matrix that
 * outlives a {@link Scope} needs values that do: a {@link Tensor#copy}.
 *
 * <pre>{@code
 * SparseMatrix a = SparseMatrix.normalizedAdjacency(nodes, sources, targets);
 * Tensor hidden = a.times(x.linear(w1, null)).relu(); // a graph convolution
 * }</pre>
 */
public final class SparseMatrix {
  /** Where the entries stand, with what follows from it. Shared by matrices of equal structure. */
  private static final class Structure {
    final int rows;
    final int columns;

    /** Row by row. */
    final SparseRows byRow;

    /** Column by column: the rows of the transpose. */
    private SparseRows byColumn;

    Structure(int rows, int columns, SparseRows byRow, SparseRows byColumn) {
      this.rows = rows;
      this.columns = columns;
      this.byRow = byRow;
      this.byColumn = byColumn;
    }

    synchronized SparseRows byColumn() {
      if (byColumn == null) {
        byColumn = transposed(byRow, columns);
      }
      return byColumn;
    }

    Structure transpose() {
      return new Structure(columns, rows, byColumn(), byRow);
    }
  }

  private final Structure structure;
  private final Tensor values;

  private SparseMatrix(Structure structure, Tensor values) {
    this.structure = structure;
    this.values = values;
  }

  /**
   * A matrix of entries in any order.
   *
   * @param rows the number of rows
   * @param columns the number of columns
   * @param rowOf the row of each entry
   * @param columnOf the column of each entry
   * @param values [entries], in the order of these lists; gradients flow to it
   * @throws IllegalArgumentException when the lists differ in length, or a number is negative
   * @throws IndexOutOfBoundsException when there is no such row or column
   */
  public static SparseMatrix of(int rows, int columns, int[] rowOf, int[] columnOf, Tensor values) {
    int n = rowOf.length;
    if (rows < 0 || columns < 0) {
      throw new IllegalArgumentException(
          "SparseMatrix.of: " + rows + " rows and " + columns + " columns");
    }
    if (columnOf.length != n || !values.shape().equals(Shape.of(n))) {
      throw new IllegalArgumentException(
          "SparseMatrix.of: "
              + n
              + " rows and "
              + columnOf.length
              + " columns of entries with values of shape "
              + values.shape());
    }
    int[] order = order(rows, columns, rowOf, columnOf);
    int[] starts = new int[rows + 1];
    int[] sorted = new int[n];
    boolean moved = false;
    for (int e = 0; e < n; e++) {
      starts[rowOf[order[e]] + 1]++;
      sorted[e] = columnOf[order[e]];
      moved |= order[e] != e;
    }
    for (int i = 0; i < rows; i++) {
      starts[i + 1] += starts[i];
    }
    Structure structure = new Structure(rows, columns, new SparseRows(starts, sorted, null), null);
    return new SparseMatrix(structure, moved ? values.gather(IntTensor.of(order, n)) : values);
  }

  /** The entries by row, then by column, then as they were: two stable counting sorts. */
  private static int[] order(int rows, int columns, int[] rowOf, int[] columnOf) {
    for (int e = 0; e < rowOf.length; e++) {
      if (rowOf[e] < 0 || rowOf[e] >= rows || columnOf[e] < 0 || columnOf[e] >= columns) {
        throw new IndexOutOfBoundsException(
            "SparseMatrix.of: entry ("
                + rowOf[e]
                + ", "
                + columnOf[e]
                + ") of a matrix with "
                + rows
                + " rows and "
                + columns
                + " columns");
      }
    }
    int[] order = new int[rowOf.length];
    Arrays.setAll(order, e -> e);
    return sorted(sorted(order, columnOf, columns), rowOf, rows);
  }

  private static int[] sorted(int[] order, int[] key, int keys) {
    int[] next = new int[keys + 1];
    for (int k : key) {
      next[k + 1]++;
    }
    for (int k = 0; k < keys; k++) {
      next[k + 1] += next[k];
    }
    int[] sorted = new int[order.length];
    for (int e : order) {
      sorted[next[key[e]]++] = e;
    }
    return sorted;
  }

  private static SparseRows transposed(SparseRows a, int columns) {
    int n = a.size();
    int[] rowOf = rowOf(a);
    int[] order = new int[n];
    Arrays.setAll(order, e -> e);
    order = sorted(order, a.columns(), columns);
    int[] starts = new int[columns + 1];
    int[] rows = new int[n];
    for (int e = 0; e < n; e++) {
      starts[a.columns()[e] + 1]++;
      rows[e] = rowOf[order[e]];
    }
    for (int j = 0; j < columns; j++) {
      starts[j + 1] += starts[j];
    }
    return new SparseRows(starts, rows, order);
  }

  private static int[] rowOf(SparseRows a) {
    int[] rowOf = new int[a.size()];
    for (int i = 0; i < a.rows(); i++) {
      Arrays.fill(rowOf, a.starts()[i], a.starts()[i + 1], i);
    }
    return rowOf;
  }

  /**
   * The propagation matrix of graph convolutions (Kipf and Welling, 2017, equation 2): D^-1/2 (A +
   * I) D^-1/2 with A the adjacency matrix and D the diagonal of the row sums of A + I.
   *
   * @param nodes the number of nodes
   * @param sources where edges begin
   * @param targets where they end. Each edge counts in both directions; an edge that is given
   *     several times, in whatever direction, counts once, and self loops not at all.
   * @return [nodes, nodes], to be held as long as the graph: no scope ends it
   * @throws IllegalArgumentException when the lists differ in length, or the number is negative
   * @throws IndexOutOfBoundsException when there is no such node
   */
  public static SparseMatrix normalizedAdjacency(int nodes, int[] sources, int[] targets) {
    int n = sources.length;
    if (targets.length != n) {
      throw new IllegalArgumentException(
          "SparseMatrix.normalizedAdjacency: " + n + " sources and " + targets.length + " targets");
    }
    if (nodes < 0) {
      throw new IllegalArgumentException("SparseMatrix.normalizedAdjacency: " + nodes + " nodes");
    }
    long[] places = new long[2 * n + nodes];
    for (int e = 0; e < n; e++) {
      if (sources[e] < 0 || sources[e] >= nodes || targets[e] < 0 || targets[e] >= nodes) {
        throw new IndexOutOfBoundsException(
            "SparseMatrix.normalizedAdjacency: edge ("
                + sources[e]
                + ", "
                + targets[e]
                + ") in a graph of "
                + nodes
                + " nodes");
      }
      places[2 * e] = (long) sources[e] * nodes + targets[e];
      places[2 * e + 1] = (long) targets[e] * nodes + sources[e];
    }
    for (int i = 0; i < nodes; i++) {
      places[2 * n + i] = (long) i * nodes + i;
    }
    places = Arrays.stream(places).sorted().distinct().toArray();
    int[] rowOf = new int[places.length];
    int[] columnOf = new int[places.length];
    int[] degree = new int[nodes];
    for (int e = 0; e < places.length; e++) {
      rowOf[e] = (int) (places[e] / nodes);
      columnOf[e] = (int) (places[e] % nodes);
      degree[rowOf[e]]++;
    }
    double[] values = new double[places.length];
    for (int e = 0; e < values.length; e++) {
      values[e] = 1 / Math.sqrt((double) degree[rowOf[e]] * degree[columnOf[e]]);
    }
    // a matrix is made once and held: its values must outlive the scope
    return of(nodes, nodes, rowOf, columnOf, Tensor.of(values, values.length).copy());
  }

  /** The number of rows. */
  public int rows() {
    return structure.rows;
  }

  /** The number of columns. */
  public int columns() {
    return structure.columns;
  }

  /** The number of entries. */
  public int size() {
    return structure.byRow.size();
  }

  /** The values of the entries by row, then by column: [entries]. */
  public Tensor values() {
    return values;
  }

  /** The row of each entry, in the order of the values. */
  public int[] rowIndices() {
    return rowOf(structure.byRow);
  }

  /** The column of each entry, in the order of the values. */
  public int[] columnIndices() {
    return structure.byRow.columns().clone();
  }

  /**
   * The matrix with other values in the same places.
   *
   * @param others [entries], by row, then by column
   * @throws IllegalArgumentException when they are not as many
   */
  public SparseMatrix withValues(Tensor others) {
    if (!others.shape().equals(Shape.of(size()))) {
      throw new IllegalArgumentException(
          "SparseMatrix.withValues: values of shape "
              + others.shape()
              + " for "
              + size()
              + " entries");
    }
    return new SparseMatrix(structure, others);
  }

  /**
   * The values of a product of dense matrices in the places of this matrix: for each entry, the
   * product of a row of x with a row of y. Differentiable.
   *
   * @param x [rows, width]
   * @param y [columns, width]
   * @return [entries]
   * @throws IllegalArgumentException when shapes do not fit
   */
  public Tensor productsOfRows(Tensor x, Tensor y) {
    if (x.rank() != 2
        || y.rank() != 2
        || x.dimension(0) != rows()
        || y.dimension(0) != columns()
        || x.dimension(1) != y.dimension(1)) {
      throw new IllegalArgumentException(
          "SparseMatrix.productsOfRows: shapes "
              + x.shape()
              + " and "
              + y.shape()
              + " for a sparse matrix of shape "
              + extent());
    }
    return sampled(structure, x, y);
  }

  /**
   * The transpose. Its structure is computed once for all matrices of this structure.
   *
   * @return with the values in the order of its own rows and columns
   */
  public SparseMatrix transpose() {
    SparseRows byColumn = structure.byColumn();
    Structure plain =
        new Structure(
            columns(), rows(), new SparseRows(byColumn.starts(), byColumn.columns(), null), null);
    return new SparseMatrix(plain, values.gather(IntTensor.of(byColumn.entries(), size())));
  }

  /**
   * All entries, zeros where there are none: [rows, columns]. Differentiable by the values.
   *
   * @throws IllegalArgumentException when that are more elements than a tensor can have
   */
  public Tensor toDense() {
    Shape shape = Shape.of("SparseMatrix.toDense", rows(), columns());
    int[] places = rowOf(structure.byRow);
    for (int e = 0; e < places.length; e++) {
      places[e] = places[e] * columns() + structure.byRow.columns()[e];
    }
    IntTensor indices = IntTensor.of(places, places.length);
    return Tensor.zeros(shape.size()).scatterAddAlong(0, indices, values).reshape(shape);
  }

  /**
   * The product with a dense matrix: each row of the result is the sum over the entries of a row of
   * this matrix, in their order, of the value times a row of x. Differentiable any number of times,
   * with respect to x and to the values.
   *
   * @param x [columns, ...]
   * @return [rows, ...]
   * @throws IllegalArgumentException when shapes do not fit
   */
  public Tensor times(Tensor x) {
    if (x.rank() == 0 || x.dimension(0) != columns()) {
      throw new IllegalArgumentException(
          "SparseMatrix.times: a sparse matrix of shape "
              + extent()
              + " does not fit a tensor of shape "
              + x.shape());
    }
    return product(structure, values, x);
  }

  private static Tensor product(Structure a, Tensor values, Tensor x) {
    Shape shape = x.shape().with(0, a.rows);
    int width = x.shape().product(1, x.rank());
    Compute compute = Compute.current();
    Storage y = compute.allocate(shape);
    compute
        .pool()
        .backend()
        .sparseProduct(
            a.byRow, values == null ? null : values.span(), x.span(), y.span(), width, false);
    return Tensor.result(
        shape, y, Node.records(values, x) ? new ProductNode(shape, width, a, values, x) : null);
  }

  private static final class ProductNode extends Node {
    private final int width;
    private final Structure a;

    ProductNode(Shape shape, int width, Structure a, Tensor values, Tensor x) {
      super(shape, values, x);
      this.width = width;
      this.a = a;
    }

    @Override
    void backward(Backprop b, Span g) {
      if (b.wants(0)) {
        b.write(0, d -> b.backend().sparseDots(a.byRow, g, inputs[1].span(), d, width));
      }
      if (b.wants(1)) {
        boolean first = b.isFirst(1);
        Span values = inputs[0] == null ? null : inputs[0].span();
        b.backend().sparseProduct(a.byColumn(), values, g, b.target(1), width, !first);
      }
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      Tensor x = inputs[1];
      return new Tensor[] {
        wanted[0] ? sampled(a, g.reshape(a.rows, width), x.reshape(a.columns, width)) : null,
        wanted[1] ? product(a.transpose(), inputs[0], g) : null
      };
    }
  }

  private static Tensor sampled(Structure a, Tensor x, Tensor y) {
    Shape shape = Shape.of(a.byRow.size());
    int width = x.dimension(1);
    Compute compute = Compute.current();
    Storage d = compute.allocate(shape);
    compute.pool().backend().sparseDots(a.byRow, x.span(), y.span(), d.span(), width);
    return Tensor.result(
        shape, d, Node.records(x, y) ? new SampledNode(shape, width, a, x, y) : null);
  }

  private static final class SampledNode extends Node {
    private final int width;
    private final Structure a;

    SampledNode(Shape shape, int width, Structure a, Tensor x, Tensor y) {
      super(shape, x, y);
      this.width = width;
      this.a = a;
    }

    @Override
    void backward(Backprop b, Span g) {
      Backend backend = b.backend();
      if (b.wants(0)) {
        boolean first = b.isFirst(0);
        backend.sparseProduct(a.byRow, g, inputs[1].span(), b.target(0), width, !first);
      }
      if (b.wants(1)) {
        boolean first = b.isFirst(1);
        backend.sparseProduct(a.byColumn(), g, inputs[0].span(), b.target(1), width, !first);
      }
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      return new Tensor[] {
        wanted[0] ? product(a, g, inputs[1]) : null,
        wanted[1] ? product(a.transpose(), g, inputs[0]) : null
      };
    }
  }

  /**
   * Sums the rows of x that belong to each segment.
   *
   * @param bySegment a matrix of ones, [segments, n]
   * @param byRow its transpose
   */
  static Tensor sums(SparseRows bySegment, SparseRows byRow, Tensor x) {
    return product(new Structure(bySegment.rows(), byRow.rows(), bySegment, byRow), null, x);
  }

  @Override
  public String toString() {
    return "SparseMatrix" + extent() + " with " + size() + " entries";
  }

  /** The shape in words: a dense tensor of that shape may be too large to be one. */
  private String extent() {
    return "[" + rows() + ", " + columns() + "]";
  }
}
