package org.genlab.tensor;

import java.util.Arrays;
import java.util.List;
import org.genlab.tensor.backend.Binary;
import org.genlab.tensor.backend.Span;
import org.genlab.tensor.backend.Unary;
import org.genlab.tensor.random.RandomStream;

/**
 * An immutable array of 32-bit floats that remembers how it was computed.
 *
 * <p>Elements are dense and row-major. Axes count from 0, or from the end with -1 the last. In
 * shapes, {@code ...} stands for any leading axes. An operation on a tensor that {@linkplain
 * #isTracked() is tracked} is recorded; {@link Gradients} differentiates what was recorded. Memory
 * is recycled by {@link Scope}.
 *
 * <p><b>What holds of all operations</b>, unless one says otherwise:
 *
 * <ul>
 *   <li>Operations that are said to <i>broadcast</i> align the shapes at the last axis, and repeat
 *       a dimension that is 1 or missing: [2, 1, 4] and [3, 1] give [2, 3, 4].
 *   <li>Functions of each element take any shape and give the same. No value is refused: infinities
 *       and NaN are as in IEEE 754.
 *   <li>Results are differentiable any number of times, with respect to all tensors that went in.
 *   <li>Shapes that do not fit, an axis outside of [-rank, rank) and settings out of their range
 *       give an {@link IllegalArgumentException}; indices, labels and positions out of range an
 *       {@link IndexOutOfBoundsException}; a tensor whose scope was closed, or that was released,
 *       an {@link IllegalStateException}. The message begins with the operation and gives the
 *       shapes, and the range that would be right. Two do not know the operation: that a result
 *       would have 2^31 elements or more says whatever makes its shape, often {@link Shape}; and
 *       that memory is no longer there gives the tensor's shape alone.
 * </ul>
 *
 * <p>Of the functions of one number, the vectorised backend gives {@link #exp}, {@link #log} and
 * {@link #erf} within 1.5 units in the last place over all floats, {@link #tanh} within 2.5, {@link
 * #sigmoid} and {@link #softplus} within 3, {@link #expm1} within 3.5, {@link #geluErf} within 8
 * for arguments from -12.9 on.
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

  /**
   * A constant with a copy of those values, row-major.
   *
   * @throws IllegalArgumentException when the values do not fill the shape
   */
  public static Tensor of(float[] values, int... shape) {
    Shape s = Shape.of("Tensor.of", shape);
    if (s.size() != values.length) {
      throw new IllegalArgumentException(
          "Tensor.of: " + values.length + " values do not fill shape " + s);
    }
    Compute compute = Compute.current();
    Storage storage = compute.allocate(s);
    compute.pool().backend().write(values, 0, storage.span(), values.length);
    return result(s, storage, null);
  }

  /**
   * A constant with those values rounded to float.
   *
   * @throws IllegalArgumentException when the values do not fill the shape
   */
  public static Tensor of(double[] values, int... shape) {
    float[] rounded = new float[values.length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (float) values[i];
    }
    return of(rounded, shape);
  }

  /** A scalar constant. */
  public static Tensor scalar(double value) {
    return full(value, Shape.of());
  }

  /**
   * Zeros of a shape.
   *
   * @throws IllegalArgumentException when a dimension is negative, or there are 2^31 elements or
   *     more
   */
  public static Tensor zeros(int... shape) {
    return full(0, Shape.of("zeros", shape));
  }

  /**
   * Ones of a shape.
   *
   * @throws IllegalArgumentException when a dimension is negative, or there are 2^31 elements or
   *     more
   */
  public static Tensor ones(int... shape) {
    return full(1, Shape.of("ones", shape));
  }

  /**
   * One value everywhere.
   *
   * @throws IllegalArgumentException when a dimension is negative, or there are 2^31 elements or
   *     more
   */
  public static Tensor full(double value, int... shape) {
    return full(value, Shape.of("full", shape));
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

  /**
   * Normal random numbers of mean 0.
   *
   * @throws IllegalArgumentException when a dimension is negative, or there are 2^31 elements or
   *     more
   */
  public static Tensor normal(RandomStream random, double standardDeviation, int... shape) {
    float[] values = new float[Shape.of("normal", shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (standardDeviation * random.nextGaussian());
    }
    return of(values, shape);
  }

  /**
   * Uniform random numbers in [from, to).
   *
   * @throws IllegalArgumentException when a dimension is negative, or there are 2^31 elements or
   *     more
   */
  public static Tensor uniform(RandomStream random, double from, double to, int... shape) {
    float[] values = new float[Shape.of("uniform", shape).size()];
    for (int i = 0; i < values.length; i++) {
      float value = (float) (from + (to - from) * random.nextDouble());
      // Rounding to float may reach the open end.
      values[i] = value < to || from >= to ? value : Math.nextDown((float) to);
    }
    return of(values, shape);
  }

  /**
   * The parts one after the other along an axis: [2, 3] and [4, 3] give [6, 3] along axis 0.
   *
   * @param parts at least one; of equal shapes beside that axis
   * @throws IllegalArgumentException when there is no part or no such axis, or shapes differ
   */
  public static Tensor concat(int axis, List<Tensor> parts) {
    return LayoutOps.concat(axis, parts);
  }

  /**
   * The parts along a new axis: of n parts [2, 3], [n, 2, 3] along axis 0 and [2, 3, n] along -1.
   *
   * @param axis of the result, in [-rank - 1, rank]
   * @param parts at least one; of equal shapes
   * @throws IllegalArgumentException when there is no part or no such axis, or shapes differ
   */
  public static Tensor stack(int axis, List<Tensor> parts) {
    return LayoutOps.stack(axis, parts);
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

  /**
   * A dimension; negative axes count from the end.
   *
   * @throws IllegalArgumentException when there is no such axis
   */
  public int dimension(int axis) {
    return shape.dimension(axis);
  }

  /** A copy of the values, row-major. */
  public float[] toArray() {
    float[] values = new float[size()];
    Compute.backend().read(span(), values, 0, values.length);
    return values;
  }

  /**
   * The value of a tensor with one element.
   *
   * @throws IllegalArgumentException when it has more, or none
   */
  public float item() {
    if (size() != 1) {
      throw new IllegalArgumentException(
          "item: a tensor of shape " + shape + " has not one element");
    }
    float[] value = new float[1];
    Compute.backend().read(span(), value, 0, 1);
    return value[0];
  }

  /**
   * One value.
   *
   * @param index one number an axis, from 0
   * @throws IndexOutOfBoundsException when there is no such element
   */
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
   * differentiate. No gradient flows to this tensor.
   */
  public Tensor variable() {
    return view(shape, 0, new Node.Leaf(shape));
  }

  /** The same values as a constant: no gradient flows to this tensor. */
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

  /**
   * Sum, broadcasting.
   *
   * @throws IllegalArgumentException when the shapes do not broadcast
   */
  public Tensor plus(Tensor other) {
    return PointwiseOps.add(this, other);
  }

  /** The sum of each element and a number. */
  public Tensor plus(double other) {
    return PointwiseOps.unary(Unary.ADD, other, 0, this);
  }

  /**
   * Difference, broadcasting.
   *
   * @throws IllegalArgumentException when the shapes do not broadcast
   */
  public Tensor minus(Tensor other) {
    return PointwiseOps.subtract(this, other);
  }

  /** The difference of each element and a number. */
  public Tensor minus(double other) {
    return PointwiseOps.unary(Unary.ADD, -other, 0, this);
  }

  /**
   * Product element by element, broadcasting.
   *
   * @throws IllegalArgumentException when the shapes do not broadcast
   */
  public Tensor times(Tensor other) {
    return PointwiseOps.multiply(this, other);
  }

  /** The product of each element and a number. */
  public Tensor times(double other) {
    return PointwiseOps.unary(Unary.MULTIPLY, other, 0, this);
  }

  /**
   * Quotient element by element, broadcasting.
   *
   * @throws IllegalArgumentException when the shapes do not broadcast
   */
  public Tensor dividedBy(Tensor other) {
    return PointwiseOps.divide(this, other);
  }

  /** The quotient of each element and a number, as the product with its reciprocal. */
  public Tensor dividedBy(double other) {
    return PointwiseOps.unary(Unary.MULTIPLY, 1 / other, 0, this);
  }

  /** The negative. */
  public Tensor negate() {
    return PointwiseOps.unary(Unary.NEGATE, this);
  }

  /** Absolute value; gradient 0 at 0. */
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

  /** Natural logarithm; NaN of negative numbers. */
  public Tensor log() {
    return PointwiseOps.unary(Unary.LOG, this);
  }

  /**
   * Square root; NaN of negative numbers. Its slope is infinite at 0: of a sum of squares, {@link
   * #norm(boolean, int...)} has the gradient 0 there.
   */
  public Tensor sqrt() {
    return PointwiseOps.unary(Unary.SQRT, this);
  }

  /** Square. */
  public Tensor square() {
    return PointwiseOps.unary(Unary.SQUARE, this);
  }

  /**
   * Power with a constant exponent; NaN of negative numbers, unless the exponent is an integer.
   *
   * <p>At 0, derivatives of an order above an exponent that is no integer are infinite, and times a
   * slope of 0, NaN: with one in (1, 2) there are gradients, but products with the Hessian may be
   * NaN.
   */
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

  /** max(x, 0); gradient 0 at 0. */
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

  /** x where x > 0, else x times the slope (Maas et al. 2013). */
  public Tensor leakyRelu(double slope) {
    return where(greaterThan(scalar(0)), times(slope));
  }

  /** x where x > 0, else alpha (e^x - 1) (Clevert et al. 2016, equation 15). */
  public Tensor elu(double alpha) {
    return where(greaterThan(scalar(0)), clamp(Double.NEGATIVE_INFINITY, 0).expm1().times(alpha));
  }

  /** x sigmoid(x) (Elfwing et al. 2018). */
  public Tensor silu() {
    return PointwiseOps.unary(Unary.SILU, this);
  }

  /** log(1 + exp x). */
  public Tensor softplus() {
    return PointwiseOps.unary(Unary.SOFTPLUS, this);
  }

  /**
   * The larger of both, broadcasting; the gradient of ties goes to this tensor.
   *
   * @throws IllegalArgumentException when the shapes do not broadcast
   */
  public Tensor maximum(Tensor other) {
    return PointwiseOps.maximum(this, other);
  }

  /**
   * The smaller of both, broadcasting; the gradient of ties goes to this tensor.
   *
   * @throws IllegalArgumentException when the shapes do not broadcast
   */
  public Tensor minimum(Tensor other) {
    return PointwiseOps.minimum(this, other);
  }

  /**
   * Each element limited to the interval [min, max]; the gradient is 0 outside of it, 1 within it
   * and at its ends.
   *
   * @throws IllegalArgumentException when min is larger than max, or one is NaN
   */
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

  /**
   * Sum over axes.
   *
   * @param keepDimensions whether these axes stay, as 1: [2, 3] over axis 1 gives [2, 1], else [2]
   * @param axes in any order; without any, nothing is summed
   * @throws IllegalArgumentException when there is no such axis, or one is there twice
   */
  public Tensor sum(boolean keepDimensions, int... axes) {
    return ReductionOps.sum(this, keepDimensions, axes);
  }

  /**
   * Mean of all elements, a scalar.
   *
   * @throws IllegalArgumentException when there are no elements
   */
  public Tensor mean() {
    return ReductionOps.mean(this);
  }

  /**
   * Mean over axes; they are named as in {@link #sum(boolean, int...)}.
   *
   * @throws IllegalArgumentException when there is no such axis, one is there twice, or they have
   *     no elements
   */
  public Tensor mean(boolean keepDimensions, int... axes) {
    return ReductionOps.mean("mean", this, keepDimensions, axes);
  }

  /**
   * Maximum over axes, named as in {@link #sum(boolean, int...)}; the gradient goes to the first of
   * the largest. NaN is larger than all numbers.
   *
   * @throws IllegalArgumentException when there is no such axis, one is there twice, or they have
   *     no elements
   */
  public Tensor max(boolean keepDimensions, int... axes) {
    return ReductionOps.max("max", this, keepDimensions, axes);
  }

  /**
   * Minimum over axes, named as in {@link #sum(boolean, int...)}; the gradient goes to the first of
   * the smallest. NaN is smaller than all numbers.
   *
   * @throws IllegalArgumentException when there is no such axis, one is there twice, or they have
   *     no elements
   */
  public Tensor min(boolean keepDimensions, int... axes) {
    return ReductionOps.max("min", negate(), keepDimensions, axes).negate();
  }

  /**
   * Variance over axes, named as in {@link #sum(boolean, int...)}: the mean of the squared
   * deviations from the mean, in two passes.
   *
   * @param unbiased whether to divide by one less than the number of elements (Bessel's correction)
   * @throws IllegalArgumentException when there is no such axis, one is there twice, or they have
   *     no elements; unbiased, when they have fewer than two
   */
  public Tensor variance(boolean unbiased, boolean keepDimensions, int... axes) {
    return ReductionOps.variance(this, unbiased, keepDimensions, axes);
  }

  /**
   * Euclidean norm over axes, named as in {@link #sum(boolean, int...)}; all derivatives are 0
   * where it is 0.
   *
   * @throws IllegalArgumentException when there is no such axis, or one is there twice
   */
  public Tensor norm(boolean keepDimensions, int... axes) {
    return ReductionOps.norm(this, keepDimensions, axes);
  }

  /** Euclidean norm of all elements, a scalar; all derivatives are 0 where it is 0. */
  public Tensor norm() {
    return ReductionOps.norm(this);
  }

  /**
   * Sum of the products of all elements, a scalar.
   *
   * @param other of this shape
   * @throws IllegalArgumentException when the shapes differ
   */
  public Tensor dot(Tensor other) {
    return ReductionOps.dot(this, other);
  }

  /**
   * Logarithm of the sum of exponentials over axes, named as in {@link #sum(boolean, int...)}; it
   * does not overflow.
   *
   * @throws IllegalArgumentException when there is no such axis, one is there twice, or they have
   *     no elements
   */
  public Tensor logSumExp(boolean keepDimensions, int... axes) {
    return ReductionOps.logSumExp(this, keepDimensions, axes);
  }

  /**
   * Sums of the elements along an axis up to each of them, itself included: of this shape.
   *
   * @throws IllegalArgumentException when there is no such axis
   */
  public Tensor cumulativeSum(int axis) {
    return ScanOps.cumulativeSum(this, axis, false);
  }

  /**
   * Sums of the elements along an axis up to each of them, itself included: of this shape.
   *
   * @param reverse whether they run from the last to the first
   * @throws IllegalArgumentException when there is no such axis
   */
  public Tensor cumulativeSum(int axis, boolean reverse) {
    return ScanOps.cumulativeSum(this, axis, reverse);
  }

  /**
   * Softmax along the last axis: of this shape. It does not overflow.
   *
   * @throws IllegalArgumentException for a scalar
   */
  public Tensor softmax() {
    return RowOps.softmax(this);
  }

  /**
   * Logarithm of the softmax along the last axis, exact where that is nearly 0: of this shape.
   *
   * @throws IllegalArgumentException for a scalar
   */
  public Tensor logSoftmax() {
    return RowOps.logSoftmax(this);
  }

  /**
   * Matrix product of the last two axes: [..., m, k] and [..., k, n] give [..., m, n]; the leading
   * axes broadcast.
   *
   * @throws IllegalArgumentException when either has fewer than two axes, or the shapes do not fit
   */
  public Tensor matmul(Tensor other) {
    return MatrixOps.matmul(this, other, false, false);
  }

  /**
   * Matrix product of the last two axes, either transposed first; the leading axes broadcast.
   *
   * @param transposeThis whether this is [..., k, m] instead of [..., m, k]
   * @param transposeOther whether the other is [..., n, k] instead of [..., k, n]
   * @return [..., m, n]
   * @throws IllegalArgumentException when either has fewer than two axes, or the shapes do not fit
   */
  public Tensor matmul(Tensor other, boolean transposeThis, boolean transposeOther) {
    return MatrixOps.matmul(this, other, transposeThis, transposeOther);
  }

  /**
   * x W + b over the last axis, fused: this x is [..., in], the result [..., out].
   *
   * @param weight [in, out]
   * @param bias [out], or null
   * @throws IllegalArgumentException when the shapes do not fit
   */
  public Tensor linear(Tensor weight, Tensor bias) {
    return MatrixOps.linear(this, weight, bias);
  }

  /**
   * Normalised to mean 0 and variance 1 over the last axis, times scale plus shift, fused (Ba,
   * Kiros and Hinton 2016, equations 3 and 4): of this shape [..., width].
   *
   * @param scale [width]
   * @param shift [width]
   * @param epsilon added to the variance, not negative
   * @throws IllegalArgumentException when the shapes do not fit, or epsilon is negative or NaN
   */
  public Tensor layerNorm(Tensor scale, Tensor shift, double epsilon) {
    return RowOps.layerNorm(this, scale, shift, epsilon);
  }

  /**
   * softmax(Q K' / sqrt(d)) V, fused (Vaswani et al. 2017, equation 1): of the shape of these
   * queries [batch, queries, heads, d].
   *
   * @param keys [batch, positions, heads, d]
   * @param values of the shape of the keys
   * @param causal whether a query sees only positions up to its own; the last query is at the last
   *     position
   * @throws IllegalArgumentException when the shapes do not fit, or d is 0
   * @see Attentions for masks, biases, other scales and the probabilities
   */
  public Tensor attention(Tensor keys, Tensor values, boolean causal) {
    Attentions plain = Attentions.plain();
    return (causal ? plain.causal() : plain).apply("attention", this, keys, values);
  }

  /**
   * Cross-entropy -log softmax(x)[label] of logits [..., classes] with labels [...], one number a
   * row, fused; rows with a negative label give 0.
   *
   * @throws IllegalArgumentException when the shapes do not fit
   * @throws IndexOutOfBoundsException when a label is not below the number of classes
   */
  public Tensor crossEntropy(IntTensor labels) {
    return RowOps.crossEntropy(this, labels);
  }

  /**
   * Cross-entropy -sum p log softmax(x) of logits [..., classes] with probabilities, one number a
   * row: [...]. The probabilities may be tracked, and need not sum up to 1.
   *
   * @param probabilities of this shape
   * @throws IllegalArgumentException when the shapes differ, or are those of scalars
   */
  public Tensor crossEntropy(Tensor probabilities) {
    return RowOps.crossEntropy(this, probabilities);
  }

  /**
   * Cross-entropy of logits [..., classes] with labels [...], each number times the weight of its
   * label; what to divide by is the caller's choice. Rows with a negative label give 0.
   *
   * @param classWeights [classes]
   * @throws IllegalArgumentException when the shapes do not fit
   * @throws IndexOutOfBoundsException when a label is not below the number of classes
   */
  public Tensor crossEntropy(IntTensor labels, Tensor classWeights) {
    return RowOps.crossEntropy(this, labels, classWeights);
  }

  /**
   * Cross-entropy of logits [..., classes] with smoothed labels [...]: (1 - smoothing) at the
   * label, and smoothing spread evenly over all classes (Szegedy et al. 2016, section 7); rows with
   * a negative label give 0.
   *
   * @throws IllegalArgumentException when the shapes do not fit, or the smoothing is not in [0, 1]
   * @throws IndexOutOfBoundsException when a label is not below the number of classes
   */
  public Tensor crossEntropy(IntTensor labels, double smoothing) {
    return RowOps.crossEntropy(this, labels, smoothing);
  }

  /**
   * -(t log sigmoid(x) + (1 - t) log(1 - sigmoid(x))) of logits x and targets t in [0, 1], element
   * by element: of this shape. It does not overflow.
   *
   * @param targets of this shape
   * @throws IllegalArgumentException when the shapes differ
   */
  public Tensor binaryCrossEntropy(Tensor targets) {
    return RowOps.binaryCrossEntropy(this, targets);
  }

  /**
   * The outer product of the last axes: [..., n] and [..., m] give [..., n, m]; the leading axes
   * broadcast.
   *
   * @throws IllegalArgumentException when either is a scalar, or the leading axes do not broadcast
   */
  public Tensor outer(Tensor other) {
    return ContractionOps.outer(this, other);
  }

  /**
   * Squared Euclidean distances between the rows of this [..., n, width] and of the other [..., m,
   * width]: [..., n, m], from differences, so that close rows have no cancellation: within
   * (width/16 + 8) 2^-24 of each result. The leading axes are equal; they do not broadcast.
   *
   * <p>Their root has an infinite slope where two rows are equal. Distances with the gradient 0
   * there are {@code x.reshape(n, 1, width).minus(y.reshape(1, m, width)).norm(false, -1)}, or
   * {@code x.squaredDistances(y).plus(epsilon).sqrt()} with less memory and a small error.
   *
   * @throws IllegalArgumentException when the shapes do not fit
   */
  public Tensor squaredDistances(Tensor other) {
    return ContractionOps.squaredDistances(this, other);
  }

  /**
   * Sums of products over named axes, by matrix products: {@code einsum("bqhd,bkhd->bhqk", q, k)}.
   * Each axis has a letter; letters that are not in the result are summed over; a letter twice in
   * an operand takes its diagonal.
   *
   * <p>The result is always spelled out, behind {@code ->}; nothing behind it makes it a scalar.
   * There is no ellipsis for further axes, and nothing broadcasts: axes of one letter have one
   * size. Products of three or more are einsums of two.
   *
   * @param operands one or two
   * @throws IllegalArgumentException when the equation is not of that form, has not a letter for
   *     each axis, or gives a letter two sizes
   */
  public static Tensor einsum(String equation, Tensor... operands) {
    return ContractionOps.einsum(equation, operands);
  }

  /**
   * The same elements in another shape, without copying.
   *
   * @param shape of as many elements; one dimension may be -1, for what is left
   * @throws IllegalArgumentException when the elements do not fill it
   */
  public Tensor reshape(int... shape) {
    return LayoutOps.reshape(this, shape);
  }

  /**
   * The same elements in another shape, without copying.
   *
   * @throws IllegalArgumentException when the elements do not fill it
   */
  public Tensor reshape(Shape other) {
    return LayoutOps.reshape(this, other);
  }

  /**
   * Axes in another order: axis i of the result is axis axes[i] of this.
   *
   * @param axes each axis once
   * @throws IllegalArgumentException when they are not an order of the axes
   */
  public Tensor permute(int... axes) {
    return LayoutOps.permute(this, axes);
  }

  /**
   * Last two axes exchanged: [..., n, m] gives [..., m, n].
   *
   * @throws IllegalArgumentException when there are fewer than two axes
   */
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

  /**
   * Repeated to a larger shape, as in broadcasting.
   *
   * @throws IllegalArgumentException when a dimension of this is neither 1 nor that of the shape
   */
  public Tensor broadcastTo(Shape shape) {
    return ReductionOps.broadcast(this, shape);
  }

  /**
   * A range [from, to) of an axis, which stays.
   *
   * @throws IllegalArgumentException when there is no such axis, or not 0 &lt;= from &lt;= to &lt;=
   *     its dimension
   */
  public Tensor slice(int axis, int from, int to) {
    return LayoutOps.slice(this, axis, from, to);
  }

  /**
   * Consecutive parts of a one-dimensional tensor, each in its shape, without copying; the
   * gradients of all parts meet in one buffer.
   *
   * @param shapes with as many elements in all as this has
   * @throws IllegalArgumentException when this has not one axis, or they do not make it up
   */
  public List<Tensor> split(List<Shape> shapes) {
    return LayoutOps.split(this, shapes);
  }

  /**
   * Rows (entries of the first axis), repeatable: of this [n, ...], [rows, ...]; the gradient of a
   * row is the sum over its occurrences.
   *
   * @throws IllegalArgumentException for a scalar
   * @throws IndexOutOfBoundsException when a row is not in [0, n)
   */
  public Tensor selectRows(int... rows) {
    return LayoutOps.gather("selectRows", this, IntTensor.of(rows, rows.length));
  }

  /**
   * Rows of this [n, ...] as a table: of the shape of the rows, followed by [...]. A row may be
   * taken several times; its gradient is the sum over its occurrences.
   *
   * @throws IllegalArgumentException for a scalar
   * @throws IndexOutOfBoundsException when a row is not in [0, n)
   */
  public Tensor gather(IntTensor rows) {
    return LayoutOps.gather(this, rows);
  }

  /**
   * Entries of an axis, repeatable, in the order given; the axis stays, with as many as there are
   * positions.
   *
   * @throws IllegalArgumentException when there is no such axis
   * @throws IndexOutOfBoundsException when a position is not in [0, dimension)
   */
  public Tensor select(int axis, int... positions) {
    return SelectionOps.select("select", this, axis, positions);
  }

  /**
   * One element for each index: y[.., i, ..] = x[.., indices[.., i, ..], ..], i along the axis.
   *
   * @param indices of this shape beside that axis
   * @return of the shape of the indices
   * @throws IllegalArgumentException when there is no such axis, or the shapes do not fit
   * @throws IndexOutOfBoundsException when an index is not in [0, dimension)
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
   * @return of this shape
   * @throws IllegalArgumentException when there is no such axis, or the shapes do not fit
   * @throws IndexOutOfBoundsException when an index is not in [0, dimension)
   */
  public Tensor scatterAddAlong(int axis, IntTensor indices, Tensor values) {
    return SelectionOps.scatterAdd(this, axis, indices, values);
  }

  /**
   * In ascending or descending order along an axis: values and indices of this shape. Stable; 0 and
   * -0 are equal, NaN is larger than all numbers. The gradient of a value goes to where it stood.
   *
   * @throws IllegalArgumentException when there is no such axis
   */
  public Sorted sort(int axis, boolean descending) {
    return SelectionOps.sort(this, axis, descending);
  }

  /**
   * The largest k along an axis, largest first; of equals, the earlier; NaN is the largest. The
   * axis stays, with k elements.
   *
   * @throws IllegalArgumentException when there is no such axis, or k is not in [0, dimension]
   */
  public Sorted topK(int axis, int k) {
    return SelectionOps.top(this, axis, k);
  }

  /**
   * Where the elements stand that {@link #sort} gives: of this shape.
   *
   * @throws IllegalArgumentException when there is no such axis
   */
  public IntTensor argsort(int axis, boolean descending) {
    return SelectionOps.order("argsort", this, axis, descending);
  }

  /**
   * More elements of one value at both ends of an axis.
   *
   * @param before how many at its beginning, not negative
   * @param after how many at its end, not negative
   * @throws IllegalArgumentException when there is no such axis, or a number is negative
   */
  public Tensor pad(int axis, int before, int after, double value) {
    return SelectionOps.pad(this, axis, before, after, value);
  }

  /**
   * The elements along axes in reverse order: of this shape.
   *
   * @throws IllegalArgumentException when there is no such axis
   */
  public Tensor flip(int... axes) {
    return SelectionOps.flip(this, axes);
  }

  /**
   * Each element moved along an axis by that many places; what leaves at one end enters at the
   * other.
   *
   * @param by any number; negative moves to the front
   * @throws IllegalArgumentException when there is no such axis
   */
  public Tensor roll(int axis, int by) {
    return SelectionOps.roll(this, axis, by);
  }

  /**
   * The whole tensor so many times along each axis, one after the other: [2, 3] repeated (2, 1)
   * times gives [4, 3].
   *
   * @param times one number an axis, not negative
   * @throws IllegalArgumentException when they are not as many as the axes, or one is negative
   */
  public Tensor repeat(int... times) {
    return SelectionOps.repeat(this, times);
  }

  /**
   * The main diagonals of the matrices of the last two axes, along a new last axis: [..., n, m]
   * gives [..., min(n, m)].
   *
   * @throws IllegalArgumentException when there are fewer than two axes
   */
  public Tensor diagonal() {
    return SelectionOps.diagonal("diagonal", this);
  }

  /**
   * The sums of the {@link #diagonal}s: [..., n, m] gives [...].
   *
   * @throws IllegalArgumentException when there are fewer than two axes
   */
  public Tensor trace() {
    return SelectionOps.diagonal("trace", this).sum(false, -1);
  }

  /**
   * A mask [rows, columns], a constant: 1 at (i, j) with j <= i + diagonal, else 0.
   *
   * @throws IllegalArgumentException when a dimension is negative, or there are 2^31 elements or
   *     more
   */
  public static Tensor lowerTriangle(int rows, int columns, int diagonal) {
    return SelectionOps.triangle(rows, columns, diagonal);
  }

  /**
   * Those values with the gradient of this tensor: a straight-through estimator (Bengio et al.
   * 2013). {@code x.straightThrough(x.round())} rounds, and is differentiated as the identity.
   *
   * @param value of this shape; no gradient flows to it
   * @throws IllegalArgumentException when the shapes differ
   */
  public Tensor straightThrough(Tensor value) {
    return PointwiseOps.straightThrough(this, value);
  }

  /**
   * This where the mask is not 0, the other elsewhere, all three broadcasting; no gradient flows to
   * the mask.
   *
   * @throws IllegalArgumentException when the shapes do not broadcast
   */
  public Tensor where(Tensor mask, Tensor otherwise) {
    return PointwiseOps.where(mask, this, otherwise);
  }

  /**
   * Each element 0 with that probability, else divided by (1 - probability): of this shape
   * (Srivastava et al. 2014, section 10). With probability 0, this tensor itself, and no random
   * numbers are drawn.
   *
   * @throws IllegalArgumentException when the probability is not in [0, 1)
   */
  public Tensor dropout(double probability, RandomStream random) {
    return PointwiseOps.dropout(this, probability, random);
  }

  /**
   * Index of the largest value along the last axis, the first of ties; NaN is the largest.
   *
   * @return of this shape without the last axis
   * @throws IllegalArgumentException for a scalar, or when the axis has no elements
   */
  public IntTensor argmax() {
    return argmax(-1);
  }

  /**
   * Index of the largest value along an axis, the first of ties; NaN is the largest.
   *
   * @return of this shape without that axis
   * @throws IllegalArgumentException when there is no such axis, or it has no elements
   */
  public IntTensor argmax(int axis) {
    return argmax("argmax", this, axis);
  }

  /**
   * Index of the smallest value along an axis, the first of ties; NaN is the smallest.
   *
   * @return of this shape without that axis
   * @throws IllegalArgumentException when there is no such axis, or it has no elements
   */
  public IntTensor argmin(int axis) {
    return argmax("argmin", negate(), axis);
  }

  private static IntTensor argmax(String operation, Tensor x, int axis) {
    int a = x.shape.axis(operation, axis);
    return IntTensor.of(ReductionOps.argMax(operation, x, a), x.shape.without(a).dimensions());
  }

  /**
   * 1 where greater or equal, else 0, broadcasting; a constant: not differentiable.
   *
   * @throws IllegalArgumentException when the shapes do not broadcast
   */
  public Tensor greaterOrEqual(Tensor other) {
    return PointwiseOps.compare(Binary.GREATER_EQUAL, this, other);
  }

  /**
   * 1 where equal, else 0, broadcasting; a constant: not differentiable.
   *
   * @throws IllegalArgumentException when the shapes do not broadcast
   */
  public Tensor equalTo(Tensor other) {
    return PointwiseOps.compare(Binary.EQUAL, this, other);
  }

  /**
   * 1 where greater, else 0, broadcasting; a constant: not differentiable.
   *
   * @throws IllegalArgumentException when the shapes do not broadcast
   */
  public Tensor greaterThan(Tensor other) {
    return PointwiseOps.compare(Binary.GREATER, this, other);
  }

  @Override
  public String toString() {
    return "Tensor" + shape;
  }
}
