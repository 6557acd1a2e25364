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
 * <p>Of the functions of one number, the vectorised backend gives {@link #exp}, {@link #log} and
 * {@link #erf} within 1.5 units in the last place over all floats, {@link #tanh} within 2.5, {@link
 * #sigmoid} and {@link #softplus} within 3, {@link #expm1} within 3.5, {@link #geluErf} within 8
 * for arguments from -12.9 on; infinities and NaN are as in IEEE 754.
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

  /**
   * Gives up the memory of this tensor, and of all views of it, to the first {@link
   * Elementwise#replace} that can write over it; from then on it counts as released. Until then it
   * can be used as before. Only for the one who made it and knows that nobody else needs it then.
   */
  public void relinquish() {
    storage.relinquish(true);
  }

  /** Takes back that the memory of this tensor was given up, unless it was written over already. */
  public void reclaim() {
    storage.relinquish(false);
  }

  /** Whether the other tensor is in the same memory: whether both are views of one tensor. */
  public boolean sharesMemoryWith(Tensor other) {
    return storage == other.storage;
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

  /** e^x - 1, exact also near 0. */
  public Tensor expm1() {
    return PointwiseOps.unary(Unary.EXPM1, this);
  }

  /** log(1 + x), exact also near 0. */
  public Tensor log1p() {
    return PointwiseOps.unary(Unary.LOG1P, this);
  }

  /** Sine. */
  public Tensor sin() {
    return PointwiseOps.unary(Unary.SIN, this);
  }

  /** Cosine. */
  public Tensor cos() {
    return PointwiseOps.unary(Unary.COS, this);
  }

  /** The error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
  public Tensor erf() {
    return PointwiseOps.unary(Unary.ERF, this);
  }

  /**
   * The largest integer that is not above x; its gradient is zero, see {@link #straightThrough}.
   */
  public Tensor floor() {
    return PointwiseOps.unary(Unary.FLOOR, this);
  }

  /**
   * The nearest integer, of two the even one; its gradient is zero, see {@link #straightThrough}.
   */
  public Tensor round() {
    return PointwiseOps.unary(Unary.ROUND, this);
  }

  /** The sign, -1, 0 or 1; its gradient is zero, see {@link #straightThrough}. */
  public Tensor sign() {
    return PointwiseOps.unary(Unary.SIGN, this);
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

  /**
   * x Phi(x) with the tanh approximation x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) of Hendrycks
   * and Gimpel (2016); {@link #geluErf} is the exact one.
   */
  public Tensor gelu() {
    return PointwiseOps.unary(Unary.GELU, this);
  }

  /** x Phi(x), exactly: x/2 (1 + erf(x / sqrt 2)); {@link #gelu} is the usual approximation. */
  public Tensor geluErf() {
    return PointwiseOps.unary(Unary.GELU_ERF, this);
  }

  /** x where x > 0, else x times the slope. */
  public Tensor leakyRelu(double slope) {
    return where(greaterThan(scalar(0)), times(slope));
  }

  /** x where x > 0, else alpha (e^x - 1) (Clevert et al. 2016, equation 15). */
  public Tensor elu(double alpha) {
    return where(greaterThan(scalar(0)), clamp(Double.NEGATIVE_INFINITY, 0).expm1().times(alpha));
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

  /** The smaller of both, broadcasting; the gradient of ties goes to this tensor. */
  public Tensor minimum(Tensor other) {
    return PointwiseOps.minimum(this, other);
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

  /** Maximum over axes; the gradient goes to the first. */
  public Tensor max(boolean keepDimensions, int... axes) {
    return ReductionOps.max("max", this, keepDimensions, axes);
  }

  /** Minimum over axes; the gradient goes to the first. */
  public Tensor min(boolean keepDimensions, int... axes) {
    return ReductionOps.max("min", negate(), keepDimensions, axes).negate();
  }

  /**
   * Variance over axes: the mean of the squared deviations from the mean, in two passes.
   *
   * @param unbiased whether to divide by one less than the number of elements (Bessel's correction)
   */
  public Tensor variance(boolean unbiased, boolean keepDimensions, int... axes) {
    return ReductionOps.variance(this, unbiased, keepDimensions, axes);
  }

  /** Euclidean norm over axes; gradient 0 at 0. */
  public Tensor norm(boolean keepDimensions, int... axes) {
    return ReductionOps.norm(this, keepDimensions, axes);
  }

  /** Euclidean norm of all elements, a scalar; gradient 0 at 0. */
  public Tensor norm() {
    return ReductionOps.norm(this);
  }

  /** Sum of the products of all elements, a scalar. */
  public Tensor dot(Tensor other) {
    return ReductionOps.dot(this, other);
  }

  /** log of the sum of exponentials over axes. */
  public Tensor logSumExp(boolean keepDimensions, int... axes) {
    return ReductionOps.logSumExp(this, keepDimensions, axes);
  }

  /** Sums of the elements along an axis up to each of them, itself included. */
  public Tensor cumulativeSum(int axis) {
    return ScanOps.cumulativeSum(this, axis, false);
  }

  /**
   * Sums of the elements along an axis up to each of them, itself included.
   *
   * @param reverse whether they run from the last to the first
   */
  public Tensor cumulativeSum(int axis, boolean reverse) {
    return ScanOps.cumulativeSum(this, axis, reverse);
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
   *
   * @see Attentions for masks, biases, other scales and the probabilities
   */
  public Tensor attention(Tensor keys, Tensor values, boolean causal) {
    Attentions plain = Attentions.plain();
    return (causal ? plain.causal() : plain).apply(this, keys, values);
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

  /**
   * Cross-entropy of logits [..., classes] with labels [...], each number times the weight of its
   * label; what to divide by is the caller's choice.
   *
   * @param classWeights [classes]
   */
  public Tensor crossEntropy(IntTensor labels, Tensor classWeights) {
    return RowOps.crossEntropy(this, labels, classWeights);
  }

  /**
   * Cross-entropy with smoothed labels: (1 - smoothing) at the label, and smoothing spread evenly
   * over all classes (Szegedy et al. 2016, section 7); rows with a negative label give 0.
   */
  public Tensor crossEntropy(IntTensor labels, double smoothing) {
    return RowOps.crossEntropy(this, labels, smoothing);
  }

  /**
   * -(t log sigmoid(x) + (1 - t) log(1 - sigmoid(x))) of logits x and targets t in [0, 1], element
   * by element.
   *
   * @param targets of this shape
   */
  public Tensor binaryCrossEntropy(Tensor targets) {
    return RowOps.binaryCrossEntropy(this, targets);
  }

  /**
   * The outer product of the last axes: [..., n] and [..., m] give [..., n, m]; the leading axes
   * are broadcast.
   */
  public Tensor outer(Tensor other) {
    return ContractionOps.outer(this, other);
  }

  /**
   * Squared Euclidean distances between the rows of this [..., n, width] and of the other [..., m,
   * width]: [..., n, m], from differences, so that close rows have no cancellation: within
   * (width/16 + 8) 2^-24 of each result.
   */
  public Tensor squaredDistances(Tensor other) {
    return ContractionOps.squaredDistances(this, other);
  }

  /**
   * Sums of products over named axes, by matrix products: {@code einsum("bqhd,bkhd->bhqk", q, k)}.
   * Each axis has a letter; letters that are not in the result are summed over; a letter twice in
   * an operand takes its diagonal.
   *
   * @param operands one or two
   */
  public static Tensor einsum(String equation, Tensor... operands) {
    return ContractionOps.einsum(equation, operands);
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

  /** Entries of an axis, repeatable, in the order given. */
  public Tensor select(int axis, int... positions) {
    return SelectionOps.select("select", this, axis, positions);
  }

  /**
   * One element for each index: y[.., i, ..] = x[.., indices[.., i, ..], ..], i along the axis.
   *
   * @param indices of this shape beside that axis
   */
  public Tensor takeAlong(int axis, IntTensor indices) {
    return SelectionOps.take(this, axis, indices);
  }

  /**
   * This plus values at places: y[.., indices[.., i, ..], ..] += values[.., i, ..]; the opposite of
   * {@link #takeAlong}.
   *
   * @param indices of this shape beside that axis
   * @param values of the shape of the indices
   */
  public Tensor scatterAddAlong(int axis, IntTensor indices, Tensor values) {
    return SelectionOps.scatterAdd(this, axis, indices, values);
  }

  /**
   * In ascending or descending order along an axis. Stable; 0 and -0 are equal, NaN is larger than
   * all numbers.
   */
  public Sorted sort(int axis, boolean descending) {
    return SelectionOps.sort("sort", this, axis, descending, dimension(axis));
  }

  /** The largest k along an axis, largest first; of equals, the earlier; NaN is the largest. */
  public Sorted topK(int axis, int k) {
    return SelectionOps.sort("topK", this, axis, true, k);
  }

  /** Where the elements stand that {@link #sort} gives. */
  public IntTensor argsort(int axis, boolean descending) {
    return SelectionOps.order("argsort", this, axis, descending, dimension(axis));
  }

  /** More elements of one value at both ends of an axis. */
  public Tensor pad(int axis, int before, int after, double value) {
    return SelectionOps.pad(this, axis, before, after, value);
  }

  /** Axes in reverse. */
  public Tensor flip(int... axes) {
    return SelectionOps.flip(this, axes);
  }

  /**
   * Each element moved along an axis by that many places; what leaves at one end enters at the
   * other.
   */
  public Tensor roll(int axis, int by) {
    return SelectionOps.roll(this, axis, by);
  }

  /** The whole tensor so many times along each axis, one after the other. */
  public Tensor repeat(int... times) {
    return SelectionOps.repeat(this, times);
  }

  /** The main diagonals of the matrices of the last two axes, along a new last axis. */
  public Tensor diagonal() {
    return SelectionOps.diagonal(this);
  }

  /** The sums of the {@link #diagonal}s. */
  public Tensor trace() {
    return diagonal().sum(false, -1);
  }

  /** A mask [rows, columns]: 1 at (i, j) with j <= i + diagonal, else 0. */
  public static Tensor lowerTriangle(int rows, int columns, int diagonal) {
    return SelectionOps.triangle(rows, columns, diagonal);
  }

  /**
   * Those values with the gradient of this tensor: a straight-through estimator (Bengio et al.
   * 2013). {@code x.straightThrough(x.round())} rounds, and is differentiated as the identity.
   *
   * @param value of this shape; no gradient flows to it
   */
  public Tensor straightThrough(Tensor value) {
    return PointwiseOps.straightThrough(this, value);
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
    return argmax(-1);
  }

  /** Index of the largest value along an axis, the first of ties; NaN is the largest. */
  public IntTensor argmax(int axis) {
    return argmax("argmax", this, axis);
  }

  /** Index of the smallest value along an axis, the first of ties; NaN is the smallest. */
  public IntTensor argmin(int axis) {
    return argmax("argmin", negate(), axis);
  }

  private static IntTensor argmax(String operation, Tensor x, int axis) {
    int a = x.shape.axis(axis);
    return IntTensor.of(ReductionOps.argMax(operation, x, a), x.shape.without(a).dimensions());
  }

  /** 1 where greater or equal, else 0, broadcasting; not differentiable. */
  public Tensor greaterOrEqual(Tensor other) {
    return PointwiseOps.compare(Binary.GREATER_EQUAL, this, other);
  }

  /** 1 where equal, else 0, broadcasting; not differentiable. */
  public Tensor equalTo(Tensor other) {
    return PointwiseOps.compare(Binary.EQUAL, this, other);
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
