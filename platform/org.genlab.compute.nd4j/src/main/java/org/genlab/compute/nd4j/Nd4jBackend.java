package org.genlab.compute.nd4j;

import java.util.Arrays;
import java.util.function.Function;
import org.genlab.tensor.backend.Attention;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Binary;
import org.genlab.tensor.backend.Buffer;
import org.genlab.tensor.backend.Convolution;
import org.genlab.tensor.backend.Gemm;
import org.genlab.tensor.backend.HostKernel;
import org.genlab.tensor.backend.Pooling;
import org.genlab.tensor.backend.Recurrence;
import org.genlab.tensor.backend.Reduction;
import org.genlab.tensor.backend.Span;
import org.genlab.tensor.backend.SparseRows;
import org.genlab.tensor.backend.Unary;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The backend on ND4J. Results are those of {@link Backend} up to rounding, but in the orders that
 * ND4J's libraries choose: not the same bits as other backends', for other numbers of threads, or
 * on other machines.
 *
 * <p>On the host, by {@link HostFallback}, run: {@code elementwise}, {@code dropoutMask}, {@code
 * argMax}, the reduction MAX and the functions MAXIMUM, SIGN and ABS_BACKWARD, for which ND4J loses
 * NaN; functions other than + - * / with broadcasting, functions that {@link Pointwise} does not
 * know; {@code scatterAddRows}, {@code logSoftmax}, {@code crossEntropy} and its backward pass, and
 * every kernel below whose body is a call of {@code host.run}.
 */
final class Nd4jBackend implements Backend {
  /** Beside any other score, its exponential is 0. */
  private static final double LEAST_SCORE = -1e30;

  private final int threads;
  private final Memory memory;
  private final HostFallback host;
  private final Temporaries temporaries = new Temporaries();
  private final Pointwise pointwise = new Pointwise(temporaries);
  private final RowKernels rowKernels = new RowKernels(temporaries);
  private final AttentionKernels attentionKernels = new AttentionKernels(temporaries);

  /**
   * @param threads of kernels on the host; how many ND4J takes is set for the whole process
   * @param memory how to get at what lies there
   * @param jvm what the host fallbacks are computed by
   */
  Nd4jBackend(int threads, Memory memory, Backend jvm) {
    this.threads = threads;
    this.memory = memory;
    this.host = new HostFallback(memory, jvm);
  }

  @Override
  public String name() {
    return Nd4jBackendProvider.NAME;
  }

  @Override
  public int threads() {
    return threads;
  }

  // memory

  @Override
  public Buffer allocate(int length) {
    return new Nd4jBuffer(length);
  }

  @Override
  public void free(Buffer buffer) {
    ((Nd4jBuffer) buffer).close();
  }

  @Override
  public void read(Span from, float[] to, int position, int n) {
    memory.read(from, to, position, n);
  }

  @Override
  public void write(float[] from, int position, Span to, int n) {
    memory.write(from, position, to, n);
  }

  @Override
  public void fill(float value, Span y, int n) {
    if (n > 0) {
      Nd4jBuffer.vector(y, n).assign(value);
    }
  }

  @Override
  public void copy(Span x, Span y, int n) {
    if (n > 0) {
      Nd4jBuffer.vector(y, n).assign(Nd4jBuffer.vector(x, n));
    }
  }

  // pointwise

  @Override
  public void axpy(float alpha, Span x, Span y, int n) {
    if (n > 0) {
      Nd4j.getBlasWrapper()
          .level1()
          .axpy(n, alpha, Nd4jBuffer.vector(x, n), Nd4jBuffer.vector(y, n));
    }
  }

  @Override
  public void unary(Unary function, float p, float q, Span x, Span y, int n) {
    if (n > 0
        && !pointwise.unary(function, p, q, Nd4jBuffer.vector(x, n), Nd4jBuffer.vector(y, n))) {
      host.run((jvm, copy) -> jvm.unary(function, p, q, copy.in(x, n), copy.out(y, n), n));
    }
  }

  @Override
  public void binary(Binary function, Span a, Span b, Span y, int n) {
    if (n > 0
        && !pointwise.binary(
            function, Nd4jBuffer.vector(a, n), Nd4jBuffer.vector(b, n), Nd4jBuffer.vector(y, n))) {
      host.run(
          (jvm, copy) -> jvm.binary(function, copy.in(a, n), copy.in(b, n), copy.out(y, n), n));
    }
  }

  @Override
  public void broadcast(
      Binary function, int[] dimensions, Span a, int[] aStrides, Span b, int[] bStrides, Span y) {
    int n = product(dimensions);
    if (n == 0) {
      return;
    }
    String operation = Pointwise.arithmetic(function);
    boolean everyDimensionIsInOne = true;
    for (int d = 0; d < dimensions.length; d++) {
      everyDimensionIsInOne &= dimensions[d] == 1 || aStrides[d] != 0 || bStrides[d] != 0;
    }
    if (operation != null && everyDimensionIsInOne) {
      Ops.call(
          operation,
          Nd4jBuffer.view(y, longs(dimensions), dense(dimensions)),
          repeated(a, dimensions, aStrides),
          repeated(b, dimensions, bStrides));
    } else {
      host.run(
          (jvm, copy) ->
              jvm.broadcast(
                  function,
                  dimensions,
                  copy.in(a, reach(dimensions, aStrides)),
                  aStrides,
                  copy.in(b, reach(dimensions, bStrides)),
                  bStrides,
                  copy.out(y, n)));
    }
  }

  /** A view with size 1 where the stride is 0, for operations that broadcast. */
  private static INDArray repeated(Span x, int[] dimensions, int[] strides) {
    long[] shape = longs(dimensions);
    long[] steps = longs(strides);
    for (int d = 0; d < shape.length; d++) {
      if (steps[d] == 0) {
        shape[d] = 1;
        steps[d] = 1;
      }
    }
    return Nd4jBuffer.view(x, shape, steps);
  }

  private static int product(int[] dimensions) {
    int n = 1;
    for (int d : dimensions) {
      n *= d;
    }
    return n;
  }

  private static long[] longs(int[] numbers) {
    return Arrays.stream(numbers).asLongStream().toArray();
  }

  private static long[] dense(int[] dimensions) {
    long[] strides = new long[dimensions.length];
    long step = 1;
    for (int d = dimensions.length - 1; d >= 0; d--) {
      strides[d] = step;
      step *= dimensions[d];
    }
    return strides;
  }

  /** How many elements lie between the first and the last that are touched, both counted. */
  private static int reach(int[] dimensions, int[] strides) {
    int reach = 1;
    for (int d = 0; d < dimensions.length; d++) {
      reach += (dimensions[d] - 1) * strides[d];
    }
    return reach;
  }

  @Override
  public void select(Span mask, Span a, Span b, Span y, int n) {
    if (n == 0) {
      return;
    }
    INDArray masks = Nd4jBuffer.vector(mask, n);
    try (INDArray truth = Ops.condition(n);
        INDArray zeros = Nd4j.scalar(0f)) {
      Ops.call("not_equals", truth, masks, zeros);
      Ops.call(
          "select",
          Nd4jBuffer.vector(y, n),
          truth,
          Nd4jBuffer.vector(a, n),
          Nd4jBuffer.vector(b, n));
    }
  }

  @Override
  public void elementwise(HostKernel kernel, Buffer[] in, Buffer[] out, int n) {
    host.run(
        (jvm, copy) ->
            jvm.elementwise(
                kernel,
                buffers(in, buffer -> copy.in(new Span(buffer, 0), n)),
                buffers(out, buffer -> copy.out(new Span(buffer, 0), n)),
                n));
  }

  private static Buffer[] buffers(Buffer[] buffers, Function<Buffer, Span> copy) {
    return Arrays.stream(buffers).map(copy).map(Span::buffer).toArray(Buffer[]::new);
  }

  @Override
  public void move(
      int[] dimensions, Span x, int[] xStrides, Span y, int[] yStrides, boolean accumulate) {
    if (product(dimensions) == 0) {
      return;
    }
    INDArray from = repeated(x, dimensions, xStrides);
    INDArray to = Nd4jBuffer.view(y, longs(dimensions), longs(yStrides));
    if (accumulate) {
      Ops.add(to, from, to);
    } else if (Arrays.equals(from.shape(), to.shape())) {
      to.assign(from);
    } else {
      Ops.call("assign", to, to, from);
    }
  }

  @Override
  public void dropoutMask(long key, long high, double probability, Span mask, int n) {
    host.run((jvm, copy) -> jvm.dropoutMask(key, high, probability, copy.out(mask, n), n));
  }

  // reductions

  @Override
  public void reduce(
      Reduction reduction, Span x, Span y, int outer, int axis, int inner, boolean accumulate) {
    if (reduction == Reduction.SUM && axis > 0 && outer > 0 && inner > 0) {
      sum(x, y, outer, axis, inner, accumulate);
    } else {
      host.run(
          (jvm, copy) ->
              jvm.reduce(
                  reduction,
                  copy.in(x, outer * axis * inner),
                  copy.inOut(y, outer * inner),
                  outer,
                  axis,
                  inner,
                  accumulate));
    }
  }

  private void sum(Span x, Span y, int outer, int axis, int inner, boolean accumulate) {
    if (inner == 1) {
      rowKernels.sumRows(
          Nd4jBuffer.matrix(x, outer, axis), Nd4jBuffer.matrix(y, outer, 1), accumulate);
    } else {
      for (int o = 0; o < outer; o++) {
        rowKernels.sumColumns(
            Nd4jBuffer.matrix(x.plus(o * axis * inner), axis, inner),
            Nd4jBuffer.matrix(y.plus(o * inner), 1, inner),
            accumulate);
      }
    }
  }

  @Override
  public void argMax(Span x, int[] y, int outer, int axis, int inner) {
    host.run((jvm, copy) -> jvm.argMax(copy.in(x, outer * axis * inner), y, outer, axis, inner));
  }

  @Override
  public void dot(Span a, Span b, Span y, int n) {
    if (n == 0) {
      fill(0, y, 1);
    } else {
      Ops.product(
          Nd4jBuffer.matrix(a, 1, n),
          Nd4jBuffer.matrix(b, n, 1),
          Nd4jBuffer.matrix(y, 1, 1),
          false);
    }
  }

  @Override
  public boolean allFinite(Span x, int n) {
    if (n == 0) {
      return true;
    }
    INDArray values = Nd4jBuffer.vector(x, n);
    try (Temporaries.Lease lease = temporaries.open()) {
      INDArray t = lease.like(values);
      // 0 for a number, else NaN
      Ops.subtract(values, values, t);
      return !Double.isNaN(t.sumNumber().doubleValue());
    }
  }

  // matrices

  @Override
  public void gemm(Gemm form, Span a, Span b, Span bias, Span c) {
    if (form.m() == 0 || form.n() == 0 || form.batch() == 0) {
      return;
    }
    if (form.k() > 0) {
      product(form, a, b, c);
    } else if (!form.accumulate()) {
      rows(form, c).assign(0);
    }
    if (bias != null) {
      addBias(form, bias, c);
    }
  }

  private static void addBias(Gemm form, Span bias, Span c) {
    if (form.batch() == 1) {
      // Broadcasting in two dimensions is much faster.
      INDArray rows =
          Nd4jBuffer.view(c, new long[] {form.m(), form.n()}, new long[] {form.ldc(), 1});
      Ops.add(rows, Nd4jBuffer.matrix(bias, 1, form.n()), rows);
    } else {
      INDArray rows = rows(form, c);
      Ops.add(rows, Nd4jBuffer.view(bias, new long[] {1, 1, form.n()}, new long[] {1, 1, 1}), rows);
    }
  }

  /** [batch, m, n]. */
  private static INDArray rows(Gemm form, Span c) {
    return Nd4jBuffer.view(
        c,
        new long[] {form.batch(), form.m(), form.n()},
        new long[] {form.batch() == 1 ? 1 : form.strideC(), form.ldc(), 1});
  }

  /** The transposed product, C' = B' A': ND4J is fast with column-major results only. */
  private static void product(Gemm form, Span a, Span b, Span c) {
    long aRow = form.transposeA() ? 1 : form.lda();
    long aColumn = form.transposeA() ? form.lda() : 1;
    long bRow = form.transposeB() ? 1 : form.ldb();
    long bColumn = form.transposeB() ? form.ldb() : 1;
    if (form.batch() == 1) {
      Ops.product(
          Nd4jBuffer.view(b, new long[] {form.n(), form.k()}, new long[] {bColumn, bRow}),
          Nd4jBuffer.view(a, new long[] {form.k(), form.m()}, new long[] {aColumn, aRow}),
          Nd4jBuffer.view(c, new long[] {form.n(), form.m()}, new long[] {1, form.ldc()}),
          form.accumulate());
    } else {
      Ops.product(
          Nd4jBuffer.view(
              b,
              new long[] {form.batch(), form.n(), form.k()},
              new long[] {form.strideB(), bColumn, bRow}),
          Nd4jBuffer.view(
              a,
              new long[] {form.batch(), form.k(), form.m()},
              new long[] {form.strideA(), aColumn, aRow}),
          Nd4jBuffer.view(
              c,
              new long[] {form.batch(), form.n(), form.m()},
              new long[] {form.strideC(), 1, form.ldc()}),
          form.accumulate());
    }
  }

  @Override
  public void gatherRows(Span x, int[] rows, Span y, int n, int width) {
    if (n == 0 || width == 0) {
      return;
    }
    int last = Arrays.stream(rows, 0, n).max().getAsInt();
    try (INDArray indices = Nd4j.createFromArray(Arrays.copyOf(rows, n))) {
      INDArray out = Nd4jBuffer.matrix(y, n, width);
      DynamicCustomOp gather =
          new DynamicCustomOp(
              "gather",
              new INDArray[] {Nd4jBuffer.matrix(x, last + 1, width), indices},
              new INDArray[] {out});
      gather.addIArgument(0);
      Nd4j.exec(gather);
    }
  }

  @Override
  public void scatterAddRows(Span y, int[] rows, Span x, int n, int width) {
    int last = Arrays.stream(rows, 0, n).max().orElse(-1);
    host.run(
        (jvm, copy) ->
            jvm.scatterAddRows(
                copy.in(y, n * width), rows, copy.inOut(x, (last + 1) * width), n, width));
  }

  // rows

  @Override
  public void softmax(Span x, Span y, int rows, int n) {
    if (rows > 0 && n > 0) {
      INDArray out = Nd4jBuffer.matrix(y, rows, n);
      // ND4J gives NaN for a row in which all is below -1e37.
      double[] range = {LEAST_SCORE, Float.POSITIVE_INFINITY};
      Ops.call("clipbyvalue", range, out, Nd4jBuffer.matrix(x, rows, n));
      Ops.call("softmax", out, out);
    }
  }

  @Override
  public void softmaxBackward(Span y, Span g, Span dx, int rows, int n) {
    if (rows > 0 && n > 0) {
      rowKernels.softmaxBackward(y, g, dx, rows, n);
    }
  }

  @Override
  public void logSoftmax(Span x, Span y, int rows, int n) {
    host.run((jvm, copy) -> jvm.logSoftmax(copy.in(x, rows * n), copy.out(y, rows * n), rows, n));
  }

  @Override
  public void logSoftmaxBackward(Span y, Span g, Span dx, int rows, int n) {
    if (rows > 0 && n > 0) {
      rowKernels.logSoftmaxBackward(y, g, dx, rows, n);
    }
  }

  @Override
  public void crossEntropy(Span x, int[] labels, Span loss, Span logSumExp, int rows, int classes) {
    host.run(
        (jvm, copy) ->
            jvm.crossEntropy(
                copy.in(x, rows * classes),
                labels,
                copy.out(loss, rows),
                copy.out(logSumExp, rows),
                rows,
                classes));
  }

  @Override
  public void crossEntropyBackward(
      Span x, int[] labels, Span logSumExp, Span g, Span dx, int rows, int classes) {
    host.run(
        (jvm, copy) ->
            jvm.crossEntropyBackward(
                copy.in(x, rows * classes),
                labels,
                copy.in(logSumExp, rows),
                copy.in(g, rows),
                copy.out(dx, rows * classes),
                rows,
                classes));
  }

  @Override
  public void layerNorm(
      Span x,
      Span scale,
      Span shift,
      double epsilon,
      Span y,
      Span mean,
      Span rstd,
      int rows,
      int n) {
    if (rows > 0 && n > 0) {
      rowKernels.layerNorm(x, scale, shift, epsilon, y, mean, rstd, rows, n);
    }
  }

  @Override
  public void layerNormBackward(
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
      int n) {
    if (rows > 0 && n > 0) {
      rowKernels.layerNormBackward(
          x, scale, mean, rstd, g, dx, dscale, dshift, accumulate, rows, n);
    } else if (!accumulate) {
      for (Span sum : new Span[] {dscale, dshift}) {
        if (sum != null) {
          fill(0, sum, n);
        }
      }
    }
  }

  @Override
  public void attention(Attention form, Span q, Span k, Span v, Span bias, Span y, Span p) {
    int heads = form.batch() * form.heads();
    int queries = heads * form.queries() * form.width();
    int keys = heads * form.positions() * form.width();
    if (isEmpty(form)) {
      fill(0, y, queries);
    } else if (form.bias() == null) {
      attentionKernels.forward(form, q, k, v, y, p);
    } else {
      host.run(
          (jvm, copy) ->
              jvm.attention(
                  form,
                  copy.in(q, queries),
                  copy.in(k, keys),
                  copy.in(v, keys),
                  copy.in(bias),
                  copy.out(y, queries),
                  copy.out(p, heads * form.queries() * form.positions())));
    }
  }

  @Override
  public void attentionBackward(
      Attention form, Span q, Span k, Span v, Span p, Span g, Span dq, Span dk, Span dv, Span e) {
    int heads = form.batch() * form.heads();
    int queries = heads * form.queries() * form.width();
    int keys = heads * form.positions() * form.width();
    int scores = heads * form.queries() * form.positions();
    if (isEmpty(form)) {
      fill(0, dq, queries);
      fill(0, dk, keys);
      fill(0, dv, keys);
      if (e != null) {
        fill(0, e, scores);
      }
    } else if (form.bias() == null && e == null) {
      attentionKernels.backward(form, q, k, v, p, g, dq, dk, dv);
    } else {
      host.run(
          (jvm, copy) ->
              jvm.attentionBackward(
                  form,
                  copy.in(q, queries),
                  copy.in(k, keys),
                  copy.in(v, keys),
                  copy.in(p, scores),
                  copy.in(g, queries),
                  copy.out(dq, queries),
                  copy.out(dk, keys),
                  copy.out(dv, keys),
                  copy.out(e, scores)));
    }
  }

  private static boolean isEmpty(Attention form) {
    return form.batch() == 0
        || form.queries() == 0
        || form.positions() == 0
        || form.heads() == 0
        || form.width() == 0;
  }

  // sequences

  @Override
  public void recurrent(
      Recurrence form, Span saved, Span weight, Span bias, Span h0, Span c0, Span h, Span c) {
    int state = form.batch() * form.hidden();
    int states = state * form.time();
    host.run(
        (jvm, copy) ->
            jvm.recurrent(
                form,
                copy.inOut(saved, states * form.cell().saved()),
                copy.in(weight, form.hidden() * form.gates() * form.hidden()),
                copy.in(bias, form.hidden()),
                copy.in(h0, state),
                copy.in(c0, state),
                copy.out(h, states),
                copy.out(c, states)));
  }

  @Override
  public void recurrentBackward(
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
      Span dc0) {
    int state = form.batch() * form.hidden();
    int states = state * form.time();
    host.run(
        (jvm, copy) ->
            jvm.recurrentBackward(
                form,
                copy.in(saved, states * form.cell().saved()),
                copy.in(weight, form.hidden() * form.gates() * form.hidden()),
                copy.in(h0, state),
                copy.in(c0, state),
                copy.in(h, states),
                copy.in(c, states),
                copy.in(g, states),
                copy.in(gc, state),
                copy.out(d, states * form.cell().saved()),
                copy.out(dh0, state),
                copy.out(dc0, state)));
  }

  @Override
  public void cumulativeSum(Span x, Span y, int outer, int axis, int inner, boolean reverse) {
    int n = outer * axis * inner;
    host.run(
        (jvm, copy) ->
            jvm.cumulativeSum(copy.in(x, n), copy.out(y, n), outer, axis, inner, reverse));
  }

  // graphs

  @Override
  public void sparseProduct(
      SparseRows a, Span values, Span x, Span y, int width, boolean accumulate) {
    host.run(
        (jvm, copy) ->
            jvm.sparseProduct(
                a,
                copy.in(values),
                copy.in(x),
                copy.inOut(y, a.rows() * width),
                width,
                accumulate));
  }

  @Override
  public void sparseDots(SparseRows a, Span x, Span y, Span d, int width) {
    host.run((jvm, copy) -> jvm.sparseDots(a, copy.in(x), copy.in(y), copy.inOut(d), width));
  }

  // images

  @Override
  public void convolve(Convolution form, Span x, Span w, Span bias, Span y) {
    host.run(
        (jvm, copy) ->
            jvm.convolve(
                form,
                copy.in(x, images(form)),
                copy.in(w, weights(form)),
                copy.in(bias, form.outChannels()),
                copy.out(y, results(form))));
  }

  @Override
  public void convolveInput(Convolution form, Span g, Span w, Span dx, boolean accumulate) {
    host.run(
        (jvm, copy) ->
            jvm.convolveInput(
                form,
                copy.in(g, results(form)),
                copy.in(w, weights(form)),
                copy.inOut(dx, images(form)),
                accumulate));
  }

  @Override
  public void convolveWeight(Convolution form, Span x, Span g, Span dw, boolean accumulate) {
    host.run(
        (jvm, copy) ->
            jvm.convolveWeight(
                form,
                copy.in(x, images(form)),
                copy.in(g, results(form)),
                copy.inOut(dw, weights(form)),
                accumulate));
  }

  private static int images(Convolution form) {
    return form.batch() * form.height() * form.width() * form.channels();
  }

  private static int weights(Convolution form) {
    return form.depth() * form.outChannels();
  }

  private static int results(Convolution form) {
    return form.batch() * form.outHeight() * form.outWidth() * form.outChannels();
  }

  @Override
  public void maxPool(Pooling form, Span x, Span y) {
    host.run(
        (jvm, copy) -> jvm.maxPool(form, copy.in(x, images(form)), copy.out(y, results(form))));
  }

  @Override
  public void maxPoolBackward(Pooling form, Span x, Span y, Span g, Span dx, boolean accumulate) {
    host.run(
        (jvm, copy) ->
            jvm.maxPoolBackward(
                form,
                copy.in(x, images(form)),
                copy.in(y, results(form)),
                copy.in(g, results(form)),
                copy.inOut(dx, images(form)),
                accumulate));
  }

  @Override
  public void averagePool(Pooling form, boolean countPadding, Span x, Span y) {
    host.run(
        (jvm, copy) ->
            jvm.averagePool(
                form, countPadding, copy.in(x, images(form)), copy.out(y, results(form))));
  }

  @Override
  public void averagePoolBackward(
      Pooling form, boolean countPadding, Span g, Span dx, boolean accumulate) {
    host.run(
        (jvm, copy) ->
            jvm.averagePoolBackward(
                form,
                countPadding,
                copy.in(g, results(form)),
                copy.inOut(dx, images(form)),
                accumulate));
  }

  private static int images(Pooling form) {
    return form.batch() * form.height() * form.width() * form.channels();
  }

  private static int results(Pooling form) {
    return form.batch() * form.outHeight() * form.outWidth() * form.channels();
  }

  // columns

  @Override
  public void columnStatistics(Span x, Span mean, Span variance, int outer, int rows, int n) {
    host.run(
        (jvm, copy) ->
            jvm.columnStatistics(
                copy.in(x, outer * rows * n),
                copy.out(mean, outer * n),
                copy.out(variance, outer * n),
                outer,
                rows,
                n));
  }

  @Override
  public void columnNorm(
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
      int n) {
    host.run(
        (jvm, copy) ->
            jvm.columnNorm(
                copy.in(x, outer * rows * n),
                copy.in(mean, outer * n),
                copy.in(variance, outer * n),
                epsilon,
                copy.in(scale, n),
                copy.in(shift, n),
                rectify,
                copy.out(y, outer * rows * n),
                outer,
                rows,
                n));
  }

  @Override
  public void columnNormBackward(
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
      int n) {
    host.run(
        (jvm, copy) ->
            jvm.columnNormBackward(
                copy.in(x, outer * rows * n),
                copy.in(mean, outer * n),
                copy.in(variance, outer * n),
                epsilon,
                copy.in(scale, n),
                copy.in(shift, n),
                rectify,
                copy.in(g, outer * rows * n),
                copy.out(dx, outer * rows * n),
                copy.inOut(dscale, n),
                copy.inOut(dshift, n),
                accumulate,
                outer,
                rows,
                n));
  }

  @Override
  public void close() {
    host.close();
    temporaries.close();
  }
}
