package org.genlab.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.genlab.tensor.backend.Binary;
import org.genlab.tensor.backend.Span;
import org.genlab.tensor.backend.Unary;
import org.genlab.tensor.random.RandomStream;

/**
 * An immutable array of 32-bit floats that remembers how it was computed.
 *
 * <p>Elements are dense and row-major. Operations on two tensors broadcast: shapes are aligned at
 * the last axis, and a dimension that is 1 or missing is repeated. Axes count from 0, or from the
 * end with -1 the last. An operation on a tensor that {@linkplain #isTracked() is tracked} is
 * recorded; {@link Gradients} differentiates what was recorded. Memory is recycled by {@link
 * Scope}.
 *
 * <p>Shapes that do not fit an operation give an {@link IllegalArgumentException} that names the
 * operation and the shapes.
 */
public final class Tensor {
  private final Shape shape;
  private final Storage storage;
  private final Span span;
  private final Node node;

  /**
   * @param node how it was computed; null for a constant
   */
  Tensor(Shape shape, Storage storage, Span span, Node node) {
    this.shape = shape;
    this.storage = storage;
    this.span = span;
    this.node = node;
  }

  /** The result of an operation, in new memory. */
  static Tensor result(Shape shape, Storage storage, Node node) {
    Tensor result = new Tensor(shape, storage, storage.span(), node);
    if (node != null) {
      node.output = result;
    }
    return result;
  }

  /** A part of this tensor's memory in another shape. */
  Tensor view(Shape other, int offset, Node recorded) {
    Tensor view = new Tensor(other, storage, span().plus(offset), recorded);
    if (recorded != null) {
      recorded.output = view;
    }
    return view;
  }

  Storage storage() {
    return storage;
  }

  Node node() {
    return node;
  }

  /**
   * Where the elements are.
   *
   * @throws IllegalStateException when they are no longer anywhere
   */
  Span span() {
    storage.check(shape);
    return span;
  }

  /** A constant with a copy of those values, row-major. */
  public static Tensor of(float[] values, int... shape) {
    Shape s = Shape.of(shape);
    if (s.size() != values.length) {
      throw new IllegalArgumentException(values.length + " values do not fill shape " + s);
    }
    Compute compute = Compute.current();
    Storage storage = compute.allocate(s);
    compute.pool().backend().write(values, 0, storage.span(), values.length);
    return result(s, storage, null);
  }

  /** A constant with those values rounded to float. */
  public static Tensor of(double[] values, int... shape) {
    float[] rounded = new float[values.length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (float) values[i];
    }
    return of(rounded, shape);
  }

  /** A scalar constant. */
  public static Tensor scalar(double value) {
    return full(value);
  }

  /** Zeros. */
  public static Tensor zeros(int... shape) {
    return full(0, shape);
  }

  /** Ones. */
  public static Tensor ones(int... shape) {
    return full(1, shape);
  }

  /** One value everywhere. */
  public static Tensor full(double value, int... shape) {
    return full(value, Shape.of(shape));
  }

  static Tensor zeros(Shape shape) {
    return full(0, shape);
  }

  private static Tensor full(double value, Shape shape) {
    Compute compute = Compute.current();
    Storage storage = compute.allocate(shape);
    compute.pool().backend().fill((float) value, storage.span(), shape.size());
    return result(shape, storage, null);
  }

  /** Normal random numbers of mean 0. */
  public static Tensor normal(RandomStream random, double standardDeviation, int... shape) {
    float[] values = new float[Shape.of(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (standardDeviation * random.nextGaussian());
    }
    return of(values, shape);
  }

  /** Uniform random numbers in [from, to). */
  public static Tensor uniform(RandomStream random, double from, double to, int... shape) {
    float[] values = new float[Shape.of(shape).size()];
    for (int i = 0; i < values.length; i++) {
      float value = (float) (from + (to - from) * random.nextDouble());
      // Rounding to float may reach the open end.
      values[i] = value < to || from >= to ? value : Math.nextDown((float) to);
    }
    return of(values, shape);
  }

  /** The parts one after the other along an axis. */
  public static Tensor concat(int axis, List<Tensor> parts) {
    return LayoutOps.concat(axis, parts);
  }

  /** The parts along a new axis. */
  public static Tensor stack(int axis, List<Tensor> parts) {
    List<Tensor> rows = new ArrayList<>(parts.size());
    for (Tensor part : parts) {
      int rank = part.rank() + 1;
      int[] dimensions = new int[rank];
      int a = axis < 0 ? axis + rank : axis;
      if (a < 0 || a >= rank) {
        throw new IllegalArgumentException(
            "stack: axis " + axis + " for parts of shape " + part.shape);
      }
      for (int d = 0; d < rank; d++) {
        dimensions[d] = d == a ? 1 : part.dimension(d < a ? d : d - 1);
      }
      rows.add(part.reshape(dimensions));
    }
    return concat(axis, rows);
  }

  /** The dimensions. */
  public Shape shape() {
    return shape;
  }

  /** The number of dimensions. */
  public int rank() {
    return shape.rank();
  }

  /** The number of elements. */
  public int size() {
    return shape.size();
  }

  /** A dimension; negative axes count from the end. */
  public int dimension(int axis) {
    return shape.dimension(axis);
  }

  /** A copy of the values, row-major. */
  public float[] toArray() {
    float[] values = new float[size()];
    Compute.backend().read(span(), values, 0, values.length);
    return values;
  }

  /** The value of a tensor with one element. */
  public float item() {
    if (size() != 1) {
      throw new IllegalArgumentException(
          "item: a tensor of shape " + shape + " has not one element");
    }
    float[] value = new float[1];
    Compute.backend().read(span(), value, 0, 1);
    return value[0];
  }

  /** One value. */
  public float get(int... index) {
    boolean valid = index.length == rank();
    int position = 0;
    for (int d = 0; valid && d < index.length; d++) {
      valid = index[d] >= 0 && index[d] < shape.dimension(d);
      position = position * shape.dimension(d) + index[d];
    }
    if (!valid) {
      throw new IndexOutOfBoundsException(
          "get: no element " + Arrays.toString(index) + " in a tensor of shape " + shape);
    }
    float[] value = new float[1];
    Compute.backend().read(span().plus(position), value, 0, 1);
    return value[0];
  }

  /** Whether no value is infinite or NaN. */
  public boolean allFinite() {
    return Compute.backend().allFinite(span(), size());
  }

  /** Whether gradients can flow through this tensor. */
  public boolean isTracked() {
    return node != null;
  }

  /**
   * The same values as the start of a new graph: a tensor with respect to which one can
   * differentiate.
   */
  public Tensor variable() {
    return view(shape, 0, new Node.Leaf(shape));
  }

  /** The same values as a constant. */
  public Tensor detach() {
    return node == null ? this : view(shape, 0, null);
  }

  /** The same values, not tracked, in memory of its own that no scope recycles. */
  public Tensor copy() {
    Compute compute = Compute.current();
    Storage copy = compute.allocateUnscoped(shape);
    compute.pool().backend().copy(span(), copy.span(), size());
    return result(shape, copy, null);
  }

  /**
   * Gives the memory of this tensor, and of all views of it, back at once instead of at the end of
   * its scope or when the garbage collector finds it. Only for the one who made it and knows that
   * nobody else holds it: afterwards every use throws an {@link IllegalStateException}.
   */
  public void release() {
    storage.release();
  }

  /** Sum, broadcasting. */
  public Tensor plus(Tensor other) {
    return PointwiseOps.add(this, other);
  }

  /** Sum. */
  public Tensor plus(double other) {
    return PointwiseOps.unary(Unary.ADD, other, 0, this);
  }

  /** Difference, broadcasting. */
  public Tensor minus(Tensor other) {
    return PointwiseOps.subtract(this, other);
  }

  /** Difference. */
  public Tensor minus(double other) {
    return PointwiseOps.unary(Unary.ADD, -other, 0, this);
  }

  /** Product element by element, broadcasting. */
  public Tensor times(Tensor other) {
    return PointwiseOps.multiply(this, other);
  }

  /** Product. */
  public Tensor times(double other) {
    return PointwiseOps.unary(Unary.MULTIPLY, other, 0, this);
  }

  /** Quotient, broadcasting. */
  public Tensor dividedBy(Tensor other) {
    return PointwiseOps.divide(this, other);
  }

  /** Quotient, as the product with the reciprocal. */
  public Tensor dividedBy(double other) {
    return PointwiseOps.unary(Unary.MULTIPLY, 1 / other, 0, this);
  }

  /** The negative. */
  public Tensor negate() {
    return PointwiseOps.unary(Unary.NEGATE, this);
  }

  /** Absolute value. */
  public Tensor abs() {
    return PointwiseOps.unary(Unary.ABS, this);
  }

  /** Exponential. */
  public Tensor exp() {
    return PointwiseOps.unary(Unary.EXP, this);
  }

  /** Natural logarithm. */
  public Tensor log() {
    return PointwiseOps.unary(Unary.LOG, this);
  }

  /** Square root. */
  public Tensor sqrt() {
    return PointwiseOps.unary(Unary.SQRT, this);
  }

  /** Square. */
  public Tensor square() {
    return PointwiseOps.unary(Unary.SQUARE, this);
  }

  /** Power with a constant exponent. */
  public Tensor pow(double exponent) {
    return PointwiseOps.unary(Unary.POW, exponent, 0, this);
  }

  /** 1/x. */
  public Tensor reciprocal() {
    return PointwiseOps.unary(Unary.RECIPROCAL, this);
  }

  /** Hyperbolic tangent. */
  public Tensor tanh() {
    return PointwiseOps.unary(Unary.TANH, this);
  }

  /** Logistic function. */
  public Tensor sigmoid() {
    return PointwiseOps.unary(Unary.SIGMOID, this);
  }

  /** max(x, 0). */
  public Tensor relu() {
    return PointwiseOps.unary(Unary.RELU, this);
  }

  /** x Phi(x), with the tanh approximation of Hendrycks and Gimpel (2016). */
  public Tensor gelu() {
    return PointwiseOps.unary(Unary.GELU, this);
  }

  /** x sigmoid(x). */
  public Tensor silu() {
    return PointwiseOps.unary(Unary.SILU, this);
  }

  /** log(1 + exp x). */
  public Tensor softplus() {
    return PointwiseOps.unary(Unary.SOFTPLUS, this);
  }

  /** The larger of both, broadcasting; the gradient of ties goes to this tensor. */
  public Tensor maximum(Tensor other) {
    return PointwiseOps.maximum(this, other);
  }

  /** Limited to an interval. */
  public Tensor clamp(double min, double max) {
    if (!(min <= max)) {
      throw new IllegalArgumentException("clamp: [" + min + ", " + max + "] is no interval");
    }
    return PointwiseOps.unary(Unary.CLAMP, min, max, this);
  }

  /** Sum of all elements, a scalar. */
  public Tensor sum() {
    return ReductionOps.sum(this);
  }

  /** Sum over axes. */
  public Tensor sum(boolean keepDimensions, int... axes) {
    return ReductionOps.sum(this, keepDimensions, axes);
  }

  /** Mean of all elements, a scalar. */
  public Tensor mean() {
    return sum().times(1.0 / size());
  }

  /** Mean over axes. */
  public Tensor mean(boolean keepDimensions, int... axes) {
    Tensor sum = sum(keepDimensions, axes);
    int n = 1;
    for (int axis : axes) {
      n *= dimension(axis);
    }
    return sum.times(1.0 / n);
  }

  /** Maximum along an axis; the gradient goes to the first. */
  public Tensor max(boolean keepDimensions, int axis) {
    return ReductionOps.max(this, keepDimensions, axis);
  }

  /** Euclidean norm of all elements, a scalar; gradient 0 at 0. */
  public Tensor norm() {
    return ReductionOps.norm(this);
  }

  /** Sum of the products of all elements, a scalar. */
  public Tensor dot(Tensor other) {
    return ReductionOps.dot(this, other);
  }

  /** log of the sum of exponentials along an axis. */
  public Tensor logSumExp(boolean keepDimensions, int axis) {
    return ReductionOps.logSumExp(this, keepDimensions, axis);
  }

  /** Softmax along the last axis. */
  public Tensor softmax() {
    return RowOps.softmax(this);
  }

  /** Logarithm of the softmax along the last axis. */
  public Tensor logSoftmax() {
    return RowOps.logSoftmax(this);
  }

  /** Matrix product of the last two axes; the leading axes are broadcast. */
  public Tensor matmul(Tensor other) {
    return MatrixOps.matmul(this, other, false, false);
  }

  /**
   * Matrix product of the last two axes, either transposed first; the leading axes are broadcast.
   */
  public Tensor matmul(Tensor other, boolean transposeThis, boolean transposeOther) {
    return MatrixOps.matmul(this, other, transposeThis, transposeOther);
  }

  /** x W + b over the last axis, fused: x [..., in], weight [in, out], bias [out] or null. */
  public Tensor linear(Tensor weight, Tensor bias) {
    return MatrixOps.linear(this, weight, bias);
  }

  /** Normalised over the last axis, fused; scale and shift [width]. */
  public Tensor layerNorm(Tensor scale, Tensor shift, double epsilon) {
    return RowOps.layerNorm(this, scale, shift, epsilon);
  }

  /**
   * softmax(Q K' / sqrt(d)) V, fused; this are the queries [batch, queries, heads, d], keys and
   * values [batch, positions, heads, d]; with causal, the last query is at the last position.
   */
  public Tensor attention(Tensor keys, Tensor values, boolean causal) {
    return RowOps.attention(this, keys, values, causal);
  }

  /**
   * Cross-entropy of logits [n, classes] with labels [n], one number a row, fused; rows with a
   * negative label give 0.
   */
  public Tensor crossEntropy(IntTensor labels) {
    return RowOps.crossEntropy(this, labels);
  }

  /** Cross-entropy of logits [n, classes] with soft labels [n, classes], one number a row. */
  public Tensor crossEntropy(Tensor probabilities) {
    return RowOps.crossEntropy(this, probabilities);
  }

  /** The same elements in another shape; one dimension may be -1. */
  public Tensor reshape(int... shape) {
    return LayoutOps.reshape(this, shape);
  }

  /** The same elements in another shape. */
  public Tensor reshape(Shape other) {
    return LayoutOps.reshape(this, other);
  }

  /** Axes in another order. */
  public Tensor permute(int... axes) {
    return LayoutOps.permute(this, axes);
  }

  /** Last two axes exchanged. */
  public Tensor transpose() {
    if (rank() < 2) {
      throw new IllegalArgumentException("transpose: shape " + shape + " has no two axes");
    }
    int[] axes = new int[rank()];
    Arrays.setAll(axes, i -> i);
    axes[rank() - 2] = rank() - 1;
    axes[rank() - 1] = rank() - 2;
    return permute(axes);
  }

  /** Repeated to a larger shape. */
  public Tensor broadcastTo(Shape shape) {
    return ReductionOps.broadcast(this, shape);
  }

  /** A range of an axis. */
  public Tensor slice(int axis, int from, int to) {
    return LayoutOps.slice(this, axis, from, to);
  }

  /**
   * Consecutive parts of a one-dimensional tensor, each in its shape, without copying; the
   * gradients of all parts meet in one buffer.
   */
  public List<Tensor> split(List<Shape> shapes) {
    return LayoutOps.split(this, shapes);
  }

  /**
   * Rows (entries of the first axis), repeatable; the gradient of a row is the sum over its
   * occurrences.
   */
  public Tensor selectRows(int... rows) {
    return gather(IntTensor.of(rows, rows.length));
  }

  /** This [n, ...] as a table: result of shape rows.shape + [...]. */
  public Tensor gather(IntTensor rows) {
    return LayoutOps.gather(this, rows);
  }

  /** This where the mask is not 0, the other elsewhere, broadcasting; no gradient to the mask. */
  public Tensor where(Tensor mask, Tensor otherwise) {
    return PointwiseOps.where(mask, this, otherwise);
  }

  /** Each element 0 with that probability, else divided by (1 - probability). */
  public Tensor dropout(double probability, RandomStream random) {
    return PointwiseOps.dropout(this, probability, random);
  }

  /** Index of the largest value along the last axis, the first of ties. */
  public IntTensor argmax() {
    if (rank() == 0) {
      throw new IllegalArgumentException("argmax: a scalar has no last axis");
    }
    return IntTensor.of(
        ReductionOps.argMax(this, rank() - 1), shape.without(rank() - 1).dimensions());
  }

  /** 1 where greater, else 0; not differentiable. */
  public Tensor greaterThan(Tensor other) {
    return PointwiseOps.compare(Binary.GREATER, this, other);
  }

  @Override
  public String toString() {
    return "Tensor" + shape;
  }
}
