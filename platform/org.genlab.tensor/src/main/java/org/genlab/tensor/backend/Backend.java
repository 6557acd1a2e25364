package org.genlab.tensor.backend;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The kernels on which tensors are computed.
 *
 * <p>All arrays are dense and row-major from a {@link Span} on. Any size may be 0. An output may be
 * the same span as an input of a pointwise kernel ({@link #unary}, {@link #binary}, {@link
 * #select}, the backward passes of softmax); apart from that, outputs overlap neither inputs nor
 * each other. What an output held before does not matter unless it is accumulated into. Backends
 * are thread-safe.
 *
 * <p><b>Order of operations.</b> A backend gives the same bits for any number of threads and any
 * vector width. Every result is therefore defined by one of these orders, in float arithmetic:
 *
 * <ul>
 *   <li><i>Chain over k</i>: one accumulator; for ascending k, {@code acc = fma(a_k, b_k, acc)}.
 *   <li><i>Lanes over a row</i>: 16 accumulators; element i goes to lane i mod {@link #LANES}, in
 *       ascending order; then lane j takes lane j + 8 for j < 8, lane j + 4 for j < 4, lane j + 2
 *       for j < 2, lane 1 into lane 0. Sums start at 0, maxima at negative infinity. Products that
 *       are summed are fused: {@code lane = fma(a_i, b_i, lane)}. A row longer than {@link #BLOCK}
 *       is cut into blocks of that length, each reduced so; the results of the blocks are combined
 *       in ascending order, the first as it is.
 *   <li><i>Rows into columns</i>: rows are cut into blocks of {@link #ROWS}; in each block and
 *       column one accumulator starts at 0 and takes the rows in ascending order (fused when it
 *       sums products); the accumulators of the blocks are combined in ascending order, the first
 *       as it is.
 * </ul>
 *
 * <p>Accumulating adds the finished result to what was there, with the exception of {@link #gemm}.
 * Pointwise functions are exact to a few units in the last place, and the same bits for an element
 * wherever it stands; which bits is the backend's affair.
 */
@ProviderType
public interface Backend extends AutoCloseable {
  /** The number of accumulators of a sum over a row. */
  int LANES = 16;

  /** The length in which long rows are cut before they are reduced. */
  int BLOCK = 8192;

  /** The number of rows in which columns are reduced. */
  int ROWS = 64;

  /** The number of images in which the gradient at the weights of a convolution is summed. */
  int IMAGES = 8;

  /** The name by which experiments choose it, e.g. {@code jvm}. */
  String name();

  /** How many threads kernels may use at once. */
  int threads();

  // memory

  /** A new buffer; what it holds is undefined. */
  Buffer allocate(int length);

  /** Gives a buffer back that nobody will use again. */
  void free(Buffer buffer);

  /** Copies to an array. */
  void read(Span from, float[] to, int position, int n);

  /** Copies from an array. */
  void write(float[] from, int position, Span to, int n);

  /** y_i = value. */
  void fill(float value, Span y, int n);

  /** y_i = x_i. */
  void copy(Span x, Span y, int n);

  // pointwise

  /** y_i = fma(alpha, x_i, y_i). */
  void axpy(float alpha, Span x, Span y, int n);

  /** y_i = f(x_i; p, q). */
  void unary(Unary function, float p, float q, Span x, Span y, int n);

  /** y_i = f(a_i, b_i). */
  void binary(Binary function, Span a, Span b, Span y, int n);

  /**
   * y_i = f(a_i, b_i) over an index i of several dimensions, y dense.
   *
   * <p>Callers merge dimensions as far as possible, so that the common cases are: one dimension
   * with strides (1) and (0), a scalar; two with (n, 1) and (0, 1), a row; with (n, 1) and (1, 0),
   * a column; and those exchanged.
   *
   * @param dimensions at least one
   * @param aStrides for each dimension, the distance in a; 0 where a is repeated
   * @param bStrides the same for b
   */
  void broadcast(
      Binary function, int[] dimensions, Span a, int[] aStrides, Span b, int[] bStrides, Span y);

  /** y_i = a_i where mask_i is not 0, else b_i. */
  void select(Span mask, Span a, Span b, Span y, int n);

  /**
   * A pointwise computation given as Java code. The range is cut into pieces of a fixed size.
   *
   * @param in read from their first element on
   * @param out written from their first element on
   */
  void elementwise(HostKernel kernel, Buffer[] in, Buffer[] out, int n);

  /**
   * Copies elements from places to places: y[i . yStrides] = x[i . xStrides], or +=, over an index
   * of several dimensions; no place of y is written twice.
   *
   * @param dimensions at least one, merged as far as possible
   */
  void move(int[] dimensions, Span x, int[] xStrides, Span y, int[] yStrides, boolean accumulate);

  /**
   * mask_i = 0 where u_i < probability, else 1 / (1 - probability); u_i is the upper 24 bits of the
   * word i mod 4 of {@code Philox.block(key, i / 4, high)}, times 2^-24.
   */
  void dropoutMask(long key, long high, double probability, Span mask, int n);

  // reductions

  /**
   * Reduces the middle axis of x [outer, axis, inner] to y [outer, inner], or adds to y. With inner
   * = 1 in lanes over a row, else rows into columns.
   *
   * @param accumulate only with {@link Reduction#SUM}
   */
  void reduce(
      Reduction reduction, Span x, Span y, int outer, int axis, int inner, boolean accumulate);

  /**
   * The position of the largest element along the middle axis, the first of equals; a NaN is larger
   * than all numbers.
   *
   * @param y [outer, inner]
   */
  void argMax(Span x, int[] y, int outer, int axis, int inner);

  /** y_0 = sum of a_i b_i, in lanes. */
  void dot(Span a, Span b, Span y, int n);

  /** Whether no element is infinite or NaN. */
  boolean allFinite(Span x, int n);

  // matrices

  /**
   * Matrix products. Every element of C is a chain over k that starts at 0, or at what is there
   * when accumulating; then the bias of its column is added.
   *
   * @param bias [n], or null
   */
  void gemm(Gemm form, Span a, Span b, Span bias, Span c);

  /** Rows of a table: y[i] = x[rows[i]], each of that width. */
  void gatherRows(Span x, int[] rows, Span y, int n, int width);

  /** x[rows[i]] += y[i] for ascending i. */
  void scatterAddRows(Span y, int[] rows, Span x, int n, int width);

  // rows

  /** y = e (1/s) with e = exp(x - max), s = sum of e in lanes, for each row. */
  void softmax(Span x, Span y, int rows, int n);

  /** dx = y (g - (g . y)), the product in lanes. */
  void softmaxBackward(Span y, Span g, Span dx, int rows, int n);

  /** y = x - (max + log s), s as in {@link #softmax}. */
  void logSoftmax(Span x, Span y, int rows, int n);

  /** dx = g - exp(y) sum(g), the sum in lanes. */
  void logSoftmaxBackward(Span y, Span g, Span dx, int rows, int n);

  /**
   * loss_i = logSumExp_i - x[i, labels_i], 0 where the label is negative; logSumExp = max + log s
   * as in {@link #logSoftmax}.
   */
  void crossEntropy(Span x, int[] labels, Span loss, Span logSumExp, int rows, int classes);

  /**
   * dx[i, j] = g_i (exp(x[i, j] - logSumExp_i) - (j == labels_i)), 0 where the label is negative.
   */
  void crossEntropyBackward(
      Span x, int[] labels, Span logSumExp, Span g, Span dx, int rows, int classes);

  /**
   * y = (x - mean) rstd scale + shift for each row, as {@code fma((x - mean) * rstd, scale,
   * shift)}; mean = sum(x) / n, rstd = 1 / sqrt(sum((x - mean)^2) / n + epsilon), both sums in
   * lanes; the last expression in double, rounded once.
   *
   * @param mean [rows], written
   * @param rstd [rows], written
   */
  void layerNorm(
      Span x,
      Span scale,
      Span shift,
      double epsilon,
      Span y,
      Span mean,
      Span rstd,
      int rows,
      int n);

  /**
   * With h = (x - mean) rstd and e = g scale: dx = rstd (e - sum(e)/n - h sum(e h)/n), the sums in
   * lanes; dscale (+)= sum over rows of g h, dshift (+)= sum over rows of g, rows into columns.
   *
   * @param dx or null when it is not wanted
   * @param dscale [n], or null
   * @param dshift [n], or null
   * @param accumulate whether dscale and dshift are added to
   */
  void layerNormBackward(
      Span x,
      Span scale,
      Span mean,
      Span rstd,
      Span g,
      Span dx,
      Span dscale,
      Span dshift,
      boolean accumulate,
      int rows,
      int n);

  /**
   * Scores q . k (chain over the width) times the scale, plus the bias; softmax over the visible
   * positions as in {@link #softmax}, result the chain over positions of p v. Invisible positions
   * and those with a bias of negative infinity have probability 0; a query that sees no position
   * gives zeros. Keys and values are finite where they are invisible to a query: whether a kernel
   * multiplies them by the probability 0 is its affair. In the same way {@link #attentionBackward}.
   *
   * @param bias read as the form says; null when it says nothing
   * @param p the probabilities, written, also where they are 0
   */
  void attention(Attention form, Span q, Span k, Span v, Span bias, Span y, Span p);

  /**
   * With dp = g . v (chain over the width), e = p (dp - (p . dp)) (the product in lanes over all
   * visible positions) and ds = e scale: dq = chain over positions of ds k, dk = chain over queries
   * of ds q, dv = chain over queries of p g.
   *
   * @param e written, [batch, heads, queries, positions], 0 where invisible; null when it is not
   *     wanted
   */
  void attentionBackward(
      Attention form, Span q, Span k, Span v, Span p, Span g, Span dq, Span dk, Span dv, Span e);

  // sequences

  /**
   * Runs a recurrent cell over sequences. In each step, with h' and c' the states before: z_j =
   * chain over k of h'_k w_kj that starts at what {@code saved} holds at the {@linkplain
   * Recurrence.Cell#place place} of the gate; for the candidate of the GRU, at its bias, or 0. s is
   * the logistic function.
   *
   * <ul>
   *   <li>TANH, RELU: h = f(z). Saved: h.
   *   <li>LSTM: i = s(z_0), f = s(z_1), g = tanh(z_2), o = s(z_3), c = fma(f, c', i g), h = o
   *       tanh(c). Saved: i, f, g, o.
   *   <li>GRU: r = s(z_0), u = s(z_1), n = tanh(fma(r, z_2, a)) with a what {@code saved} held in
   *       place 2, h = fma(u, h' - n, n). Saved: r, u, n, z_2.
   * </ul>
   *
   * <p>In a step that a sequence does not take, h = h', c = c', and nothing is said about what is
   * saved.
   *
   * @param saved [batch, time, places, hidden]: the projections of the inputs, overwritten
   * @param weight [hidden, gates, hidden]
   * @param bias [hidden], of the candidate of the GRU, or null
   * @param h0 [batch, hidden]
   * @param c0 [batch, hidden], of the LSTM, else null
   * @param h [batch, time, hidden], written
   * @param c the same of the LSTM, else null
   */
  void recurrent(
      Recurrence form, Span saved, Span weight, Span bias, Span h0, Span c0, Span h, Span c);

  /**
   * Goes back through the steps of {@link #recurrent}. The gradient at the last states is dh = g of
   * the last step and dc = gc; in each step:
   *
   * <ul>
   *   <li>TANH, RELU: d = dh f'(z). Base b = g' (the g of the step before, 0 in the first step).
   *   <li>LSTM: t = tanh(c), e = fma(dh o, 1 - t t, dc); d_0 = (e g) (i (1 - i)), d_1 = (e c') (f
   *       (1 - f)), d_2 = (e i) (1 - g g), d_3 = (dh t) (o (1 - o)); dc' = e f; b = g'.
   *   <li>GRU: d_2 = (dh (1 - u)) (1 - n n), d_3 = d_2 r, d_0 = (d_2 z_2) (r (1 - r)), d_1 = (dh
   *       (h' - n)) (u (1 - u)); b = fma(dh, u, g').
   * </ul>
   *
   * <p>Then dh'_k is the chain over gates and hidden units j of d_j w_kj that starts at b, where
   * the gate's d is the one in its {@linkplain Recurrence.Cell#place place}. In a step that a
   * sequence does not take, all d are 0, b = g' + dh and dc' = dc.
   *
   * @param saved as {@link #recurrent} left it
   * @param g the gradient at h, [batch, time, hidden]
   * @param gc the gradient at the last c, [batch, hidden], of the LSTM, else null
   * @param d written, [batch, time, places, hidden]
   * @param dh0 written, [batch, hidden]
   * @param dc0 the same of the LSTM, else null
   */
  void recurrentBackward(
      Recurrence form,
      Span saved,
      Span weight,
      Span h0,
      Span c0,
      Span h,
      Span c,
      Span g,
      Span gc,
      Span d,
      Span dh0,
      Span dc0);

  /**
   * y[o, i, j] = y[o, i - 1, j] + x[o, i, j], the first as it is: a sum that runs along the middle
   * axis of [outer, axis, inner].
   *
   * @param reverse whether it runs from the last to the first
   */
  void cumulativeSum(Span x, Span y, int outer, int axis, int inner, boolean reverse);

  // graphs

  /**
   * y[i] = chain over the entries of row i of value x[column], rows of that width. It starts at 0,
   * or at what is there when accumulating.
   *
   * @param values null when all are 1
   */
  void sparseProduct(SparseRows a, Span values, Span x, Span y, int width, boolean accumulate);

  /** d[entry] = x[row] . y[column], in lanes, for every entry of a. */
  void sparseDots(SparseRows a, Span x, Span y, Span d, int width);

  // images

  /**
   * Convolutions. Every number of the result is a chain over the taps and the channels of the
   * group, (kernelHeight, kernelWidth, channel) in ascending order, that starts at 0; pixels
   * outside of the image take part as zeros. Then the bias of the output channel is added.
   *
   * @param bias [outChannels], or null
   */
  void convolve(Convolution form, Span x, Span w, Span bias, Span y);

  /**
   * The gradient at the images of a convolution. Every number of it is a chain over the pixels of g
   * whose taps it is, and over the output channels of the group, (outHeight, outWidth, outChannel)
   * in ascending order, that starts at 0, or at what is there when accumulating. The pixels are
   * found from the taps: those outside of g take part as zeros, taps that fall between pixels take
   * no part.
   *
   * @param g [batch, outHeight, outWidth, outChannels]
   */
  void convolveInput(Convolution form, Span g, Span w, Span dx, boolean accumulate);

  /**
   * The gradient at the weights of a convolution. Images are cut into blocks of {@link #IMAGES}; in
   * each block every number is a chain over (image, outHeight, outWidth) in ascending order that
   * starts at 0, in which pixels outside of the image take part as zeros; the blocks are combined
   * in ascending order, the first as it is.
   *
   * @param g [batch, outHeight, outWidth, outChannels]
   */
  void convolveWeight(Convolution form, Span x, Span g, Span dw, boolean accumulate);

  /** The largest number of each window and channel, NaN when there is one. */
  void maxPool(Pooling form, Span x, Span y);

  /**
   * dx += g at the first pixel of each window (row by row) that is not smaller than y. The windows
   * are taken in ascending order, row by row; dx starts at 0, or at what is there.
   *
   * @param y from {@link #maxPool}
   */
  void maxPoolBackward(Pooling form, Span x, Span y, Span g, Span dx, boolean accumulate);

  /**
   * The sum over each window, pixels in ascending order from 0, divided by their number.
   *
   * @param countPadding whether to divide by the size of the window even where some of it lies
   *     outside of the image
   */
  void averagePool(Pooling form, boolean countPadding, Span x, Span y);

  /**
   * dx += g / number at all pixels of each window, windows in ascending order; dx starts at 0, or
   * at what is there.
   */
  void averagePoolBackward(Pooling form, boolean countPadding, Span g, Span dx, boolean accumulate);

  // columns

  /**
   * Mean and variance (divided by the number of rows) of the columns of x [outer, rows, n], rows at
   * least 1. In each block b of {@link #ROWS} rows: m_b = (sum in ascending order from 0) / (its
   * rows), s_b = chain of (x - m_b)^2. Then in double, blocks in ascending order from 0: mean = sum
   * of the blocks' sums / rows, variance = sum of (s_b + (its rows) (m_b - mean)^2) / rows; both
   * are rounded at the end.
   *
   * @param mean [outer, n]
   * @param variance [outer, n]
   */
  void columnStatistics(Span x, Span mean, Span variance, int outer, int rows, int n);

  /**
   * y = fma(h, scale, shift) with h = (x - mean) rstd and rstd = 1 / sqrt(variance + epsilon),
   * which is computed in double and rounded.
   *
   * @param scale [n]
   * @param shift [n]
   * @param rectify whether y = max(y, 0) in addition
   */
  void columnNorm(
      Span x,
      Span mean,
      Span variance,
      double epsilon,
      Span scale,
      Span shift,
      boolean rectify,
      Span y,
      int outer,
      int rows,
      int n);

  /**
   * The gradients of {@link #columnNorm} where mean and variance are the statistics of x. With e =
   * g, or 0 where y was rectified and is not positive: s = sum(e) and p = sum(e h), rows into
   * columns for each outer; dx = ((e - s / rows) - h (p / rows)) (rstd scale); dscale (+)= sum of
   * the p, dshift (+)= sum of the s, outer in ascending order, the first as it is.
   *
   * @param dx or null when it is not wanted
   * @param dscale [n], or null
   * @param dshift [n], or null
   * @param accumulate whether dscale and dshift are added to
   */
  void columnNormBackward(
      Span x,
      Span mean,
      Span variance,
      double epsilon,
      Span scale,
      Span shift,
      boolean rectify,
      Span g,
      Span dx,
      Span dscale,
      Span dshift,
      boolean accumulate,
      int outer,
      int rows,
      int n);

  /** Stops its threads. */
  @Override
  void close();
}
