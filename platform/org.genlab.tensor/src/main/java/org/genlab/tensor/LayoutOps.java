package org.genlab.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Span;

/** Operations that only move elements. */
final class LayoutOps {
  private LayoutOps() {}

  static Tensor reshape(Tensor x, int... dimensions) {
    int[] d = dimensions.clone();
    int known = 1;
    int open = -1;
    for (int i = 0; i < d.length; i++) {
      if (d[i] == -1 && open < 0) {
        open = i;
      } else {
        known *= d[i];
      }
    }
    if (open >= 0) {
      d[open] = known == 0 ? 0 : x.size() / known;
    }
    int size = 1;
    for (int n : d) {
      size = n < 0 ? -1 : size * n;
    }
    if (size != x.size()) {
      throw misfit(x, Arrays.toString(dimensions));
    }
    return reshape(x, Shape.of(d));
  }

  private static IllegalArgumentException misfit(Tensor x, String shape) {
    return new IllegalArgumentException(
        "reshape: shape "
            + x.shape()
            + " has "
            + x.size()
            + " elements, which do not fill shape "
            + shape);
  }

  static Tensor reshape(Tensor x, Shape shape) {
    if (shape.equals(x.shape())) {
      return x;
    }
    if (shape.size() != x.size()) {
      throw misfit(x, shape.toString());
    }
    return x.view(shape, 0, Node.records(x) ? new ReshapeNode(shape, x) : null);
  }

  static final class ReshapeNode extends Node {
    ReshapeNode(Shape shape, Tensor x) {
      super(shape, x);
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return PerExample.Share.EXAMPLES;
    }

    @Override
    void backward(Backprop b, Span g) {
      b.pass(0, 1);
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      return new Tensor[] {reshape(g, inputs[0].shape())};
    }
  }

  static Tensor permute(Tensor x, int... axes) {
    int rank = x.rank();
    int[] order = new int[rank];
    int[] inverse = new int[rank];
    Arrays.fill(inverse, -1);
    boolean valid = axes.length == rank;
    for (int i = 0; valid && i < rank; i++) {
      order[i] = x.shape().axis("permute", axes[i]);
      valid = inverse[order[i]] < 0;
      inverse[order[i]] = i;
    }
    if (!valid) {
      throw new IllegalArgumentException(
          "permute: "
              + Arrays.toString(axes)
              + " is not an order of the axes of shape "
              + x.shape());
    }
    int[] from = Indexing.strides(x.shape());
    int[] dimensions = new int[rank];
    int[] strides = new int[rank];
    for (int i = 0; i < rank; i++) {
      dimensions[i] = x.dimension(order[i]);
      strides[i] = from[order[i]];
    }
    Shape shape = Shape.of(dimensions);
    Compute compute = Compute.current();
    Storage y = compute.allocate(shape);
    move(
        compute.pool().backend(),
        dimensions,
        x.span(),
        strides,
        y.span(),
        Indexing.strides(shape),
        false);
    return Tensor.result(
        shape, y, Node.records(x) ? new PermuteNode(shape, x, strides, inverse) : null);
  }

  private static void move(
      Backend backend,
      int[] dimensions,
      Span x,
      int[] xStrides,
      Span y,
      int[] yStrides,
      boolean accumulate) {
    for (int d : dimensions) {
      if (d == 0) {
        return;
      }
    }
    Indexing.Pair index = Indexing.Pair.of(dimensions, xStrides, yStrides);
    if (index.isDense() && !accumulate) {
      backend.copy(x, y, index.dimensions()[0]);
    } else if (index.isDense()) {
      backend.axpy(1, x, y, index.dimensions()[0]);
    } else {
      backend.move(index.dimensions(), x, index.a(), y, index.b(), accumulate);
    }
  }

  private static final class PermuteNode extends Node {
    private final int[] strides;
    private final int[] inverse;

    PermuteNode(Shape shape, Tensor x, int[] strides, int[] inverse) {
      super(shape, x);
      this.strides = strides;
      this.inverse = inverse;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return inverse[0] == 0 ? PerExample.Share.EXAMPLES : PerExample.Share.MIXED;
    }

    @Override
    void backward(Backprop b, Span g) {
      boolean first = b.isFirst(0);
      move(
          b.backend(),
          shape.dimensions(),
          g,
          Indexing.strides(shape),
          b.target(0),
          strides,
          !first);
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      return new Tensor[] {permute(g, inverse)};
    }
  }

  static Tensor slice(Tensor x, int axis, int from, int to) {
    int a = x.shape().axis("slice", axis);
    if (from < 0 || to < from || to > x.dimension(a)) {
      throw new IllegalArgumentException(
          "slice: ["
              + from
              + ", "
              + to
              + ") is no range of axis "
              + axis
              + " of shape "
              + x.shape());
    }
    Shape shape = x.shape().with(a, to - from);
    if (shape.equals(x.shape())) {
      return x;
    }
    Node node = Node.records(x) ? new SliceNode(shape, a, from, x) : null;
    int inner = x.shape().product(a + 1, x.rank());
    if (x.shape().product(0, a) == 1) {
      return x.view(shape, from * inner, node);
    }
    Compute compute = Compute.current();
    Storage y = compute.allocate(shape);
    move(
        compute.pool().backend(),
        shape.dimensions(),
        x.span().plus(from * inner),
        Indexing.strides(x.shape()),
        y.span(),
        Indexing.strides(shape),
        false);
    return Tensor.result(shape, y, node);
  }

  private static final class SliceNode extends Node {
    private final int axis;
    private final int from;

    SliceNode(Shape shape, int axis, int from, Tensor x) {
      super(shape, x);
      this.axis = axis;
      this.from = from;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return axis == 0 ? PerExample.Share.MIXED : PerExample.Share.EXAMPLES;
    }

    @Override
    void backward(Backprop b, Span g) {
      Shape whole = inputs[0].shape();
      Span target = b.zeroedTarget(0).plus(from * whole.product(axis + 1, whole.rank()));
      move(
          b.backend(),
          shape.dimensions(),
          g,
          Indexing.strides(shape),
          target,
          Indexing.strides(whole),
          true);
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      Shape whole = inputs[0].shape();
      int to = from + shape.dimension(axis);
      return new Tensor[] {
        concat(
            axis,
            List.of(
                Tensor.zeros(whole.with(axis, from)),
                g,
                Tensor.zeros(whole.with(axis, whole.dimension(axis) - to))))
      };
    }
  }

  static Tensor concat(int axis, List<Tensor> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("concat: no parts");
    }
    Shape first = parts.get(0).shape();
    int a = first.axis("concat", axis);
    Shape beside = first.with(a, 0);
    long length = 0;
    for (Tensor part : parts) {
      if (part.rank() != first.rank() || !part.shape().with(a, 0).equals(beside)) {
        throw new IllegalArgumentException(
            "concat: shapes " + first + " and " + part.shape() + " differ beside axis " + axis);
      }
      length += part.dimension(a);
    }
    if (length > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "concat: the parts have "
              + length
              + " elements along axis "
              + axis
              + ", more than the "
              + Integer.MAX_VALUE
              + " that an axis can have; the first has shape "
              + first);
    }
    int[] dimensions = first.toArray();
    dimensions[a] = (int) length;
    Shape shape = Shape.of("concat", dimensions);
    Compute compute = Compute.current();
    Storage y = compute.allocate(shape);
    int[] strides = Indexing.strides(shape);
    int inner = shape.product(a + 1, shape.rank());
    int at = 0;
    for (Tensor part : parts) {
      move(
          compute.pool().backend(),
          part.shape().dimensions(),
          part.span(),
          Indexing.strides(part.shape()),
          y.span().plus(at * inner),
          strides,
          false);
      at += part.dimension(a);
    }
    Tensor[] inputs = parts.toArray(new Tensor[0]);
    return Tensor.result(shape, y, Node.records(inputs) ? new ConcatNode(shape, a, inputs) : null);
  }

  static Tensor stack(int axis, List<Tensor> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("stack: no parts");
    }
    Shape first = parts.get(0).shape();
    int rank = first.rank() + 1;
    if (axis < -rank || axis >= rank) {
      throw new IllegalArgumentException(
          "stack: axis "
              + axis
              + " for parts of shape "
              + first
              + " is not in [-"
              + rank
              + ", "
              + rank
              + ")");
    }
    int a = axis < 0 ? axis + rank : axis;
    int[] row = new int[rank];
    for (int d = 0; d < rank; d++) {
      row[d] = d == a ? 1 : first.dimension(d < a ? d : d - 1);
    }
    List<Tensor> rows = new ArrayList<>(parts.size());
    for (Tensor part : parts) {
      if (!part.shape().equals(first)) {
        throw new IllegalArgumentException(
            "stack: shapes " + first + " and " + part.shape() + " are not equal");
      }
      rows.add(part.reshape(row));
    }
    return concat(a, rows);
  }

  private static final class ConcatNode extends Node {
    private final int axis;

    ConcatNode(Shape shape, int axis, Tensor... parts) {
      super(shape, parts);
      this.axis = axis;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return axis == 0 ? PerExample.Share.MIXED : PerExample.Share.EXAMPLES;
    }

    @Override
    void backward(Backprop b, Span g) {
      int inner = shape.product(axis + 1, shape.rank());
      int at = 0;
      for (int i = 0; i < inputs.length; i++) {
        Shape part = inputs[i].shape();
        if (b.wants(i)) {
          boolean first = b.isFirst(i);
          move(
              b.backend(),
              part.dimensions(),
              g.plus(at * inner),
              Indexing.strides(shape),
              b.target(i),
              Indexing.strides(part),
              !first);
        }
        at += part.dimension(axis);
      }
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      Tensor[] gradients = new Tensor[inputs.length];
      int at = 0;
      for (int i = 0; i < inputs.length; i++) {
        int next = at + inputs[i].dimension(axis);
        gradients[i] = wanted[i] ? slice(g, axis, at, next) : null;
        at = next;
      }
      return gradients;
    }
  }

  static List<Tensor> split(Tensor x, List<Shape> shapes) {
    return split(x, shapes, PerExample.Share.MIXED);
  }

  /**
   * @param share what x is when the parts hold the examples
   */
  static List<Tensor> split(Tensor x, List<Shape> shapes, PerExample.Share share) {
    long total = 0;
    for (Shape shape : shapes) {
      total += shape.size();
    }
    if (x.rank() != 1 || total != x.size()) {
      throw new IllegalArgumentException(
          "split: parts of shapes "
              + shapes
              + " with "
              + total
              + " elements do not make up a tensor of shape "
              + x.shape());
    }
    Split split = Node.records(x) ? new Split(x, shapes, share) : null;
    List<Tensor> parts = new ArrayList<>(shapes.size());
    int offset = 0;
    for (int i = 0; i < shapes.size(); i++) {
      Shape shape = shapes.get(i);
      parts.add(x.view(shape, offset, split == null ? null : new Part(split, i, offset, shape)));
      offset += shape.size();
    }
    return List.copyOf(parts);
  }

  /** Where the gradients of the parts of a tensor meet. */
  static final class Split extends Node {
    final List<Shape> shapes;
    private final PerExample.Share share;

    Split(Tensor x, List<Shape> shapes, PerExample.Share share) {
      super(x.shape(), x);
      this.shapes = List.copyOf(shapes);
      this.share = share;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return share;
    }

    @Override
    void backward(Backprop b, Span g) {
      b.pass(0, 1);
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      return new Tensor[] {g};
    }

    /** The gradient of the whole from those of the parts; null stands for zeros. */
    Tensor join(Tensor[] gradients) {
      List<Tensor> flat = new ArrayList<>(gradients.length);
      for (int i = 0; i < gradients.length; i++) {
        flat.add(
            gradients[i] == null
                ? Tensor.zeros(shapes.get(i).size())
                : gradients[i].reshape(shapes.get(i).size()));
      }
      return concat(0, flat);
    }
  }

  /** A part of a tensor that was split. Its gradient usually stands in that of the whole. */
  static final class Part extends Node {
    final Split split;
    final int index;
    final int offset;

    Part(Split split, int index, int offset, Shape shape) {
      super(shape);
      this.split = split;
      this.index = index;
      this.offset = offset;
    }

    @Override
    int parents() {
      return 1;
    }

    @Override
    Node parent(int input) {
      return split;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return split.share;
    }

    @Override
    void backward(Backprop b, Span g) {
      b.passPart(this, g);
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      return new Tensor[] {g};
    }
  }

  static Tensor gather(Tensor table, IntTensor rows) {
    return gather("gather", table, rows);
  }

  /**
   * @param operation for messages: other operations take rows, too
   */
  static Tensor gather(String operation, Tensor table, IntTensor rows) {
    if (table.rank() == 0) {
      throw new IllegalArgumentException(operation + ": shape [] has no rows");
    }
    int n = table.dimension(0);
    for (int row : rows.values()) {
      if (row < 0 || row >= n) {
        throw new IndexOutOfBoundsException(
            operation
                + ": row "
                + row
                + " of shape "
                + table.shape()
                + " is not in [0, "
                + n
                + ")");
      }
    }
    int[] dimensions = new int[rows.shape().rank() + table.rank() - 1];
    System.arraycopy(rows.shape().dimensions(), 0, dimensions, 0, rows.shape().rank());
    System.arraycopy(
        table.shape().dimensions(), 1, dimensions, rows.shape().rank(), table.rank() - 1);
    Shape shape = Shape.of(dimensions);
    int width = table.shape().product(1, table.rank());
    Compute compute = Compute.current();
    Storage y = compute.allocate(shape);
    compute.pool().backend().gatherRows(table.span(), rows.values(), y.span(), rows.size(), width);
    return Tensor.result(
        shape, y, Node.records(table) ? new GatherNode(shape, width, table, rows) : null);
  }

  /** Rows of a table. */
  static final class GatherNode extends Node {
    private final int width;
    private final IntTensor rows;

    GatherNode(Shape shape, int width, Tensor table, IntTensor rows) {
      super(shape, table);
      this.width = width;
      this.rows = rows;
    }

    /** The table. */
    Tensor table() {
      return inputs[0];
    }

    /** Which row of the table each row is. */
    int[] rows() {
      return rows.values();
    }

    @Override
    PerExample.Share share(int input, int examples) {
      Node table = inputs[0].node();
      int n = inputs[0].dimension(0);
      if (table instanceof Part || table instanceof Leaf || n % examples != 0) {
        return PerExample.Share.SHARED;
      }
      // Rows of something computed: perhaps each example takes its own.
      int mine = n / examples;
      int taken = rows.size() / examples;
      for (int i = 0; i < rows.size(); i++) {
        if (rows.at(i) / mine != i / taken) {
          return PerExample.Share.SHARED;
        }
      }
      return PerExample.Share.EXAMPLES;
    }

    @Override
    void perExample(PerExample pass, int input, Span g) {
      PerExample.Rows to = pass.zeroedRows(input);
      int taken = rows.size() / pass.examples();
      for (int i = 0; i < pass.examples(); i++) {
        int[] own = Arrays.copyOfRange(rows.values(), i * taken, (i + 1) * taken);
        pass.backend().scatterAddRows(g.plus(i * taken * width), own, to.row(i), taken, width);
      }
    }

    @Override
    void backward(Backprop b, Span g) {
      b.backend().scatterAddRows(g, rows.values(), b.zeroedTarget(0), rows.size(), width);
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      return new Tensor[] {scatterAdd(g, rows, inputs[0].shape(), width)};
    }
  }

  /** A table of that shape whose rows are the sums of the values that belong to them. */
  static Tensor scatterAdd(Tensor values, IntTensor rows, Shape shape, int width) {
    Compute compute = Compute.current();
    Storage y = compute.allocate(shape);
    Backend backend = compute.pool().backend();
    backend.fill(0, y.span(), shape.size());
    backend.scatterAddRows(values.span(), rows.values(), y.span(), rows.size(), width);
    return Tensor.result(
        shape, y, Node.records(values) ? new ScatterNode(shape, values, rows) : null);
  }

  private static final class ScatterNode extends Node {
    private final IntTensor rows;

    ScatterNode(Shape shape, Tensor values, IntTensor rows) {
      super(shape, values);
      this.rows = rows;
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      return new Tensor[] {gather(g, rows)};
    }
  }
}
