package org.genlab.tensor;

import java.util.Arrays;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Binary;
import org.genlab.tensor.backend.Reduction;
import org.genlab.tensor.backend.Span;

/** Operations from many elements to fewer, and back. */
final class ReductionOps {
  private ReductionOps() {}

  /**
   * Reduces a dense array over some of its axes. Neighbouring axes are merged; several separate
   * groups of axes are reduced one after the other, the last first.
   */
  static void reduce(
      Compute compute,
      Reduction reduction,
      Span x,
      int[] dimensions,
      boolean[] axes,
      Span y,
      boolean accumulate) {
    Backend backend = compute.pool().backend();
    int[] sizes = new int[dimensions.length];
    boolean[] reduced = new boolean[dimensions.length];
    int groups = 0;
    int left = 0;
    for (int d = 0; d < dimensions.length; d++) {
      if (dimensions[d] == 1) {
        continue;
      }
      if (groups > 0 && reduced[groups - 1] == axes[d]) {
        sizes[groups - 1] *= dimensions[d];
      } else {
        sizes[groups] = dimensions[d];
        reduced[groups] = axes[d];
        left += axes[d] ? 1 : 0;
        groups++;
      }
    }
    if (left == 0) {
      int n = product(sizes, 0, groups);
      if (accumulate) {
        backend.axpy(1, x, y, n);
      } else {
        backend.copy(x, y, n);
      }
      return;
    }
    Span from = x;
    Storage scratch = null;
    for (int d = groups - 1; d >= 0; d--) {
      if (!reduced[d]) {
        continue;
      }
      int outer = product(sizes, 0, d);
      int inner = product(sizes, d + 1, groups);
      left--;
      Storage next = left == 0 ? null : compute.allocateUnscoped(Shape.of(outer * inner));
      Span to = next == null ? y : next.span();
      backend.reduce(reduction, from, to, outer, sizes[d], inner, left == 0 && accumulate);
      if (scratch != null) {
        scratch.release();
      }
      scratch = next;
      from = to;
      sizes[d] = 1;
    }
  }

  private static int product(int[] sizes, int from, int to) {
    int product = 1;
    for (int d = from; d < to; d++) {
      product *= sizes[d];
    }
    return product;
  }

  static Tensor sum(Tensor x, boolean keepDimensions, int... axes) {
    return sum("sum", x, keepDimensions, axes);
  }

  private static Tensor sum(String operation, Tensor x, boolean keepDimensions, int... axes) {
    Shape kept = x.shape();
    boolean[] reduced = reduced(operation, x, axes);
    for (int a = 0; a < reduced.length; a++) {
      kept = reduced[a] ? kept.with(a, 1) : kept;
    }
    Shape shape = kept;
    if (!keepDimensions) {
      for (int a = reduced.length - 1; a >= 0; a--) {
        shape = reduced[a] ? shape.without(a) : shape;
      }
    }
    Compute compute = Compute.current();
    Storage y = compute.allocate(shape);
    reduce(compute, Reduction.SUM, x.span(), x.shape().dimensions(), reduced, y.span(), false);
    return Tensor.result(shape, y, Node.records(x) ? new SumNode(shape, kept, x) : null);
  }

  static Tensor sum(Tensor x) {
    int[] axes = new int[x.rank()];
    Arrays.setAll(axes, i -> i);
    return sum(x, false, axes);
  }

  private static final class SumNode extends Node {
    /** The result's shape with the axes that were summed as 1. */
    private final Shape kept;

    SumNode(Shape shape, Shape kept, Tensor x) {
      super(shape, x);
      this.kept = kept;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return kept.dimension(0) == inputs[0].dimension(0)
          ? PerExample.Share.EXAMPLES
          : PerExample.Share.MIXED;
    }

    @Override
    void backward(Backprop b, Span g) {
      repeat(b, g, kept, inputs[0].shape());
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      return new Tensor[] {broadcast(g.reshape(kept), inputs[0].shape())};
    }
  }

  /** Adds g, repeated to the shape of the first input. */
  private static void repeat(Backprop b, Span g, Shape from, Shape to) {
    boolean first = b.isFirst(0);
    Span target = b.target(0);
    repeat(b.backend(), g, from, to, target, !first);
  }

  private static void repeat(
      Backend backend, Span x, Shape from, Shape to, Span y, boolean accumulate) {
    if (to.size() == 0) {
      return;
    }
    Indexing.Pair index =
        Indexing.Pair.of(to.dimensions(), Indexing.strides(from, to), Indexing.strides(to));
    backend.move(index.dimensions(), x, index.a(), y, index.b(), accumulate);
  }

  static Tensor broadcast(Tensor x, Shape shape) {
    if (x.shape().equals(shape)) {
      return x;
    }
    if (!Indexing.fits(x.shape(), shape)) {
      throw new IllegalArgumentException(
          "broadcastTo: shape " + x.shape() + " cannot be repeated to " + shape);
    }
    Compute compute = Compute.current();
    Storage y = compute.allocate(shape);
    repeat(compute.pool().backend(), x.span(), x.shape(), shape, y.span(), false);
    return Tensor.result(shape, y, Node.records(x) ? new BroadcastNode(shape, x) : null);
  }

  private static final class BroadcastNode extends Node {
    BroadcastNode(Shape shape, Tensor x) {
      super(shape, x);
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return PerExample.broadcast(inputs[0].shape(), shape);
    }

    @Override
    void perExample(PerExample pass, int input, Span g) {
      pass.sum(input, g, shape);
    }

    @Override
    void backward(Backprop b, Span g) {
      b.reduce(0, g, 1);
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      return new Tensor[] {sumTo(g, inputs[0].shape())};
    }
  }

  /** The opposite of broadcasting: the sum over the axes along which the shape was repeated. */
  static Tensor sumTo(Tensor x, Shape shape) {
    if (x.shape().equals(shape)) {
      return x;
    }
    boolean[] repeated = Indexing.repeated(shape, x.shape());
    int n = 0;
    int[] axes = new int[repeated.length];
    for (int d = 0; d < repeated.length; d++) {
      if (repeated[d]) {
        axes[n++] = d;
      }
    }
    return sum(x, true, Arrays.copyOf(axes, n)).reshape(shape);
  }

  /** The mean of all elements. */
  static Tensor mean(Tensor x) {
    if (x.size() == 0) {
      throw new IllegalArgumentException("mean: shape " + x.shape() + " has no elements");
    }
    return sum(x).times(1.0 / x.size());
  }

  static Tensor mean(String operation, Tensor x, boolean keepDimensions, int... axes) {
    long n = elements(operation, x, axes);
    if (n == 0) {
      throw empty(operation, x, axes);
    }
    return sum(operation, x, keepDimensions, axes).times(1.0 / n);
  }

  /** How many elements become one; where another axis is empty, that may be more than an int. */
  private static long elements(String operation, Tensor x, int... axes) {
    boolean[] reduced = reduced(operation, x, axes);
    long n = 1;
    for (int a = 0; a < reduced.length; a++) {
      n *= reduced[a] ? x.dimension(a) : 1;
    }
    return n;
  }

  private static IllegalArgumentException empty(String operation, Tensor x, int... axes) {
    int empty = 0;
    while (x.dimension(axes[empty]) > 0) {
      empty++;
    }
    return new IllegalArgumentException(
        operation + ": axis " + axes[empty] + " of shape " + x.shape() + " has no elements");
  }

  /**
   * @param operation for messages: other operations take the largest, too
   */
  static Tensor max(String operation, Tensor x, boolean keepDimensions, int... axes) {
    if (elements(operation, x, axes) == 0) {
      throw empty(operation, x, axes);
    }
    if (axes.length == 1) {
      return max(x, keepDimensions, x.shape().axis(operation, axes[0]));
    }
    // The axes that stay first, then all others as one.
    boolean[] reduced = reduced(operation, x, axes);
    int rank = x.rank();
    int[] order = new int[rank];
    int[] kept = x.shape().toArray();
    int[] merged = new int[rank - axes.length + 1];
    int stay = 0;
    int go = rank - axes.length;
    merged[go] = 1;
    for (int d = 0; d < rank; d++) {
      if (reduced[d]) {
        merged[rank - axes.length] *= x.dimension(d);
        kept[d] = 1;
        order[go++] = d;
      } else {
        merged[stay] = x.dimension(d);
        order[stay++] = d;
      }
    }
    if (x.size() == 0) {
      // The axes that go may have more elements together than one axis can.
      return x.reshape(Shape.of(keepDimensions ? kept : Arrays.copyOf(merged, stay)));
    }
    Tensor result = max(x.permute(order).reshape(Shape.of(merged)), false, merged.length - 1);
    return keepDimensions ? result.reshape(Shape.of(kept)) : result;
  }

  private static boolean[] reduced(String operation, Tensor x, int... axes) {
    boolean[] reduced = new boolean[x.rank()];
    for (int axis : axes) {
      int a = x.shape().axis(operation, axis);
      if (reduced[a]) {
        throw new IllegalArgumentException(
            operation + ": axis " + axis + " of shape " + x.shape() + " is there twice");
      }
      reduced[a] = true;
    }
    return reduced;
  }

  private static Tensor max(Tensor x, boolean keepDimensions, int axis) {
    Shape kept = x.shape().with(axis, 1);
    Shape shape = keepDimensions ? kept : kept.without(axis);
    boolean[] axes = new boolean[x.rank()];
    axes[axis] = true;
    Compute compute = Compute.current();
    Storage y = compute.allocate(shape);
    reduce(compute, Reduction.MAX, x.span(), x.shape().dimensions(), axes, y.span(), false);
    return Tensor.result(shape, y, Node.records(x) ? new MaxNode(shape, kept, axis, x) : null);
  }

  private static final class MaxNode extends Node {
    private final Shape kept;
    private final int axis;

    MaxNode(Shape shape, Shape kept, int axis, Tensor x) {
      super(shape, x);
      this.kept = kept;
      this.axis = axis;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return axis == 0 ? PerExample.Share.MIXED : PerExample.Share.EXAMPLES;
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      Tensor x = inputs[0];
      int[] winners = argMax("max", x, axis);
      int inner = x.shape().product(axis + 1, x.rank());
      int length = x.dimension(axis);
      float[] mask = new float[x.size()];
      for (int i = 0; i < winners.length; i++) {
        mask[(i / inner * length + winners[i]) * inner + i % inner] = 1;
      }
      return new Tensor[] {g.reshape(kept).times(Tensor.of(mask, x.shape().dimensions()))};
    }
  }

  /** The position of the largest along an axis, for all other axes. */
  static int[] argMax(String operation, Tensor x, int axis) {
    int length = x.dimension(axis);
    int outer = x.shape().product(0, axis);
    int inner = x.shape().product(axis + 1, x.rank());
    if (length == 0) {
      throw empty(operation, x, axis);
    }
    int[] winners = new int[outer * inner];
    Compute.backend().argMax(x.span(), winners, outer, length, inner);
    return winners;
  }

  static Tensor dot(Tensor a, Tensor b) {
    if (!a.shape().equals(b.shape())) {
      throw new IllegalArgumentException(
          "dot: shapes " + a.shape() + " and " + b.shape() + " are not equal");
    }
    Compute compute = Compute.current();
    Storage y = compute.allocate(Shape.of());
    compute.pool().backend().dot(a.span(), b.span(), y.span(), a.size());
    return Tensor.result(Shape.of(), y, Node.records(a, b) ? new DotNode(a, b) : null);
  }

  private static final class DotNode extends Node {
    DotNode(Tensor a, Tensor b) {
      super(Shape.of(), a, b);
    }

    @Override
    void backward(Backprop b, Span g) {
      for (int i = 0; i < 2; i++) {
        if (b.wants(i)) {
          Tensor other = inputs[1 - i];
          b.write(
              i,
              y ->
                  PointwiseOps.combine(
                      b.backend(),
                      Binary.MULTIPLY,
                      other.span(),
                      other.shape(),
                      g,
                      shape,
                      y,
                      other.shape()));
        }
      }
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      return new Tensor[] {
        wanted[0] ? inputs[1].times(g) : null, wanted[1] ? inputs[0].times(g) : null
      };
    }
  }

  static Tensor norm(Tensor x) {
    Compute compute = Compute.current();
    Backend backend = compute.pool().backend();
    Storage y = compute.allocate(Shape.of());
    backend.dot(x.span(), x.span(), y.span(), x.size());
    backend.unary(org.genlab.tensor.backend.Unary.SQRT, 0, 0, y.span(), y.span(), 1);
    return Tensor.result(Shape.of(), y, Node.records(x) ? new NormNode(x) : null);
  }

  private static final class NormNode extends Node {
    NormNode(Tensor x) {
      super(Shape.of(), x);
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      return new Tensor[] {
        output.item() == 0 ? Tensor.zeros(inputs[0].shape()) : inputs[0].times(g.dividedBy(output))
      };
    }
  }

  static Tensor variance(Tensor x, boolean unbiased, boolean keepDimensions, int... axes) {
    long n = elements("variance", x, axes);
    long degrees = unbiased ? n - 1 : n;
    if (degrees < 1) {
      throw new IllegalArgumentException(
          "variance: axes "
              + Arrays.toString(axes)
              + " of shape "
              + x.shape()
              + " have "
              + n
              + (n == 1 ? " element" : " elements")
              + ", too few for a variance");
    }
    return x.minus(x.mean(true, axes)).square().sum(keepDimensions, axes).times(1.0 / degrees);
  }

  static Tensor norm(Tensor x, boolean keepDimensions, int... axes) {
    Tensor squares = sum("norm", x.square(), keepDimensions, axes);
    // Where all is 0 the root has no slope: there it is taken of 1, and cleared.
    Tensor zero = PointwiseOps.compare(Binary.EQUAL, squares.detach(), Tensor.scalar(0));
    return squares.plus(zero).sqrt().times(zero.negate().plus(1));
  }

  static Tensor logSumExp(Tensor x, boolean keepDimensions, int... axes) {
    // A finite shift keeps rows of infinities exact; being constant it has no part in gradients.
    Tensor shift =
        max("logSumExp", x.detach(), true, axes).clamp(-Float.MAX_VALUE, Float.MAX_VALUE);
    Tensor result = sum(x.minus(shift).exp(), true, axes).log().plus(shift);
    if (keepDimensions) {
      return result;
    }
    Shape shape = result.shape();
    boolean[] away = reduced("logSumExp", x, axes);
    for (int d = away.length - 1; d >= 0; d--) {
      shape = away[d] ? shape.without(d) : shape;
    }
    return result.reshape(shape);
  }
}
