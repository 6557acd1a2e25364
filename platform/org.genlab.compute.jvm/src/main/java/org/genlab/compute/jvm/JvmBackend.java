package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.LEN;
import static org.genlab.compute.jvm.Lanes.whole;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.genlab.tensor.backend.Attention;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Binary;
import org.genlab.tensor.backend.Buffer;
import org.genlab.tensor.backend.Convolution;
import org.genlab.tensor.backend.Gemm;
import org.genlab.tensor.backend.HostBuffer;
import org.genlab.tensor.backend.HostKernel;
import org.genlab.tensor.backend.Pooling;
import org.genlab.tensor.backend.Recurrence;
import org.genlab.tensor.backend.Reduction;
import org.genlab.tensor.backend.Span;
import org.genlab.tensor.backend.SparseRows;
import org.genlab.tensor.backend.Unary;
import org.genlab.tensor.random.Philox;

/**
 * The backend that computes in Java arrays with the vector instructions of the processor. Gives the
 * same bits on every machine, with every vector width and every number of threads.
 */
final class JvmBackend implements Backend {
  /** Numbers in a piece of work for one thread; never changes results. */
  static final int CHUNK = 8192;

  // slots of the scratch arrays
  private static final int WORK = 6;
  private static final int MORE_WORK = 7;
  private static final int PARTIAL = 3;
  private static final int MORE_PARTIAL = 14;

  private final Workers workers;

  /**
   * @param threads with the caller's, at least 1
   */
  JvmBackend(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + "; it must be at least 1");
    }
    workers = new Workers(threads);
  }

  @Override
  public String name() {
    return JvmBackendProvider.NAME;
  }

  @Override
  public int threads() {
    return workers.count();
  }

  // memory

  @Override
  public Buffer allocate(int length) {
    return new HostBuffer(new float[length]);
  }

  @Override
  public void free(Buffer buffer) {
    // the garbage collector's business
  }

  @Override
  public void read(Span from, float[] to, int position, int n) {
    System.arraycopy(from.array(), from.offset(), to, position, n);
  }

  @Override
  public void write(float[] from, int position, Span to, int n) {
    System.arraycopy(from, position, to.array(), to.offset(), n);
  }

  @Override
  public void fill(float value, Span y, int n) {
    float[] ys = y.array();
    int start = y.offset();
    ranges(n, (from, to) -> Arrays.fill(ys, start + from, start + to, value));
  }

  @Override
  public void copy(Span x, Span y, int n) {
    float[] xs = x.array();
    float[] ys = y.array();
    ranges(
        n, (from, to) -> System.arraycopy(xs, x.offset() + from, ys, y.offset() + from, to - from));
  }

  /** Work on a range of elements or rows. */
  @FunctionalInterface
  private interface RangeTask {
    void run(int from, int to);
  }

  /** Cuts [0, n) into pieces of CHUNK. */
  private void ranges(int n, RangeTask task) {
    pieces(n, CHUNK, task);
  }

  /** Cuts rows into pieces of about CHUNK elements. */
  private void rows(int rows, int width, RangeTask task) {
    pieces(rows, Math.max(1, CHUNK / Math.max(1, width)), task);
  }

  private void pieces(int n, int piece, RangeTask task) {
    if (n <= piece) {
      if (n > 0) {
        task.run(0, n);
      }
      return;
    }
    int chunks = (int) (((long) n + piece - 1) / piece);
    workers.run(
        chunks,
        chunk -> {
          int from = chunk * piece;
          task.run(from, Math.min(n - from, piece) + from);
        });
  }

  // pointwise

  @Override
  public void axpy(float alpha, Span x, Span y, int n) {
    float[] xs = x.array();
    float[] ys = y.array();
    ranges(
        n, (from, to) -> Rows.axpy(alpha, xs, x.offset() + from, ys, y.offset() + from, to - from));
  }

  @Override
  public void unary(Unary function, float p, float q, Span x, Span y, int n) {
    float[] xs = x.array();
    float[] ys = y.array();
    ranges(
        n,
        (from, to) ->
            UnaryLoops.apply(
                function, p, q, xs, x.offset() + from, ys, y.offset() + from, to - from));
  }

  @Override
  public void binary(Binary function, Span a, Span b, Span y, int n) {
    float[] as = a.array();
    float[] bs = b.array();
    float[] ys = y.array();
    ranges(
        n,
        (from, to) ->
            BinaryLoops.apply(
                function,
                as,
                a.offset() + from,
                bs,
                b.offset() + from,
                ys,
                y.offset() + from,
                to - from));
  }

  @Override
  public void broadcast(
      Binary function, int[] dimensions, Span a, int[] aStrides, Span b, int[] bStrides, Span y) {
    Broadcast.apply(
        workers,
        function,
        dimensions,
        a.array(),
        a.offset(),
        aStrides,
        b.array(),
        b.offset(),
        bStrides,
        y.array(),
        y.offset());
  }

  @Override
  public void select(Span mask, Span a, Span b, Span y, int n) {
    float[] masks = mask.array();
    float[] as = a.array();
    float[] bs = b.array();
    float[] ys = y.array();
    ranges(
        n,
        (from, to) -> {
          int whole = from + whole(to - from);
          for (int i = from; i < whole; i += LEN) {
            FloatVector.fromArray(F, bs, b.offset() + i)
                .blend(
                    FloatVector.fromArray(F, as, a.offset() + i),
                    FloatVector.fromArray(F, masks, mask.offset() + i)
                        .compare(VectorOperators.NE, 0f))
                .intoArray(ys, y.offset() + i);
          }
          for (int i = whole; i < to; i++) {
            ys[y.offset() + i] =
                masks[mask.offset() + i] != 0 ? as[a.offset() + i] : bs[b.offset() + i];
          }
        });
  }

  @Override
  public void elementwise(HostKernel kernel, Buffer[] in, Buffer[] out, int n) {
    float[][] inputs = arrays(in);
    float[][] outputs = arrays(out);
    ranges(n, (from, to) -> kernel.apply(inputs, outputs, from, to));
  }

  private static float[][] arrays(Buffer[] buffers) {
    float[][] arrays = new float[buffers.length][];
    for (int i = 0; i < buffers.length; i++) {
      arrays[i] = ((HostBuffer) buffers[i]).array();
    }
    return arrays;
  }

  @Override
  public void move(
      int[] dimensions, Span x, int[] xStrides, Span y, int[] yStrides, boolean accumulate) {
    Move.run(
        workers,
        dimensions,
        x.array(),
        x.offset(),
        xStrides,
        y.array(),
        y.offset(),
        yStrides,
        accumulate);
  }

  @Override
  public void dropoutMask(long key, long high, double probability, Span mask, int n) {
    float[] ys = mask.array();
    float kept = (float) (1 / (1 - probability));
    ranges(
        n,
        (from, to) -> {
          int[] words = new int[4];
          // pieces begin at multiples of 4
          for (int i = from; i < to; i += 4) {
            Philox.block(key, i / 4, high, words);
            for (int j = 0; j < Math.min(4, to - i); j++) {
              double uniform = (words[j] >>> 8) * 0x1.0p-24;
              ys[mask.offset() + i + j] = uniform < probability ? 0 : kept;
            }
          }
        });
  }

  // reductions

  @Override
  public void reduce(
      Reduction reduction, Span x, Span y, int outer, int axis, int inner, boolean accumulate) {
    float[] xs = x.array();
    float[] ys = y.array();
    if (inner != 1) {
      Columns.reduce(
          workers, reduction, xs, x.offset(), ys, y.offset(), outer, axis, inner, accumulate);
      return;
    }
    if (axis <= BLOCK) {
      rows(
          outer,
          axis,
          (from, to) -> {
            for (int r = from; r < to; r++) {
              float value =
                  reduction == Reduction.SUM
                      ? Rows.sum(xs, x.offset() + r * axis, axis)
                      : Rows.max(xs, x.offset() + r * axis, axis);
              put(ys, y.offset() + r, value, accumulate);
            }
          });
      return;
    }
    for (int o = 0; o < outer; o++) {
      int start = x.offset() + o * axis;
      float value =
          blocks(
              reduction,
              axis,
              (from, n, lanes) ->
                  reduction == Reduction.SUM
                      ? Rows.sumBlock(xs, start + from, n, lanes)
                      : Rows.max(xs, start + from, n));
      put(ys, y.offset() + o, value, accumulate);
    }
  }

  private static void put(float[] y, int at, float value, boolean accumulate) {
    y[at] = accumulate ? y[at] + value : value;
  }

  /** Reduces a block. */
  @FunctionalInterface
  private interface BlockReduction {
    float of(int from, int n, float[] lanes);
  }

  /** Reduces the blocks of a long row in parallel. */
  private float blocks(Reduction reduction, int n, BlockReduction block) {
    int blocks = (n + BLOCK - 1) / BLOCK;
    float[] partial = Scratch.get().array(PARTIAL, blocks);
    workers.run(
        blocks,
        b -> partial[b] = block.of(b * BLOCK, Math.min(BLOCK, n - b * BLOCK), Scratch.get().lanes));
    float result = partial[0];
    for (int b = 1; b < blocks; b++) {
      result = reduction == Reduction.SUM ? result + partial[b] : Math.max(result, partial[b]);
    }
    return result;
  }

  @Override
  public void argMax(Span x, int[] y, int outer, int axis, int inner) {
    float[] xs = x.array();
    rows(
        outer,
        axis * inner,
        (begin, end) -> {
          for (int o = begin; o < end; o++) {
            for (int j = 0; j < inner; j++) {
              y[o * inner + j] = argMax(xs, x.offset() + o * axis * inner + j, axis, inner);
            }
          }
        });
  }

  private static int argMax(float[] x, int at, int n, int stride) {
    int best = 0;
    float champion = n == 0 ? 0 : x[at];
    for (int i = 1; i < n && !Float.isNaN(champion); i++) {
      float value = x[at + i * stride];
      if (value > champion || Float.isNaN(value)) {
        best = i;
        champion = value;
      }
    }
    return best;
  }

  @Override
  public void dot(Span a, Span b, Span y, int n) {
    float[] as = a.array();
    float[] bs = b.array();
    y.array()[y.offset()] =
        n <= BLOCK
            ? Rows.dot(as, a.offset(), bs, b.offset(), n)
            : blocks(
                Reduction.SUM,
                n,
                (from, length, lanes) ->
                    Rows.dotBlock(as, a.offset() + from, bs, b.offset() + from, length, lanes));
  }

  @Override
  public boolean allFinite(Span x, int n) {
    float[] xs = x.array();
    int at = x.offset();
    int whole = whole(n);
    // x - x is 0 of finite numbers only, and NaN stays NaN in a sum
    FloatVector sum = FloatVector.broadcast(F, 0f);
    for (int i = 0; i < whole; i += LEN) {
      FloatVector v = FloatVector.fromArray(F, xs, at + i);
      sum = sum.add(v.sub(v));
    }
    float[] lanes = Scratch.get().lanes;
    sum.intoArray(lanes, 0);
    for (int i = 0; i < LEN; i++) {
      if (lanes[i] != 0) {
        return false;
      }
    }
    for (int i = whole; i < n; i++) {
      if (!Float.isFinite(xs[at + i])) {
        return false;
      }
    }
    return true;
  }

  // matrices

  @Override
  public void gemm(Gemm form, Span a, Span b, Span bias, Span c) {
    if (OuterProducts.are(form, bias != null)) {
      OuterProducts.run(
          workers, form, a.array(), a.offset(), b.array(), b.offset(), c.array(), c.offset());
      return;
    }
    MatrixProduct.run(
        workers,
        form,
        a.array(),
        a.offset(),
        b.array(),
        b.offset(),
        bias == null ? null : bias.array(),
        bias == null ? 0 : bias.offset(),
        c.array(),
        c.offset());
  }

  @Override
  public void gatherRows(Span x, int[] rows, Span y, int n, int width) {
    float[] xs = x.array();
    float[] ys = y.array();
    rows(
        n,
        width,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            System.arraycopy(xs, x.offset() + rows[i] * width, ys, y.offset() + i * width, width);
          }
        });
  }

  @Override
  public void scatterAddRows(Span y, int[] rows, Span x, int n, int width) {
    float[] xs = x.array();
    float[] ys = y.array();
    // rows may meet, so threads share out the columns
    int piece = Math.max(64, width / workers.count() & -LANES);
    int pieces = width == 0 || (long) n * width < 2L * CHUNK ? 1 : (width + piece - 1) / piece;
    workers.run(
        pieces,
        p -> {
          int from = pieces == 1 ? 0 : p * piece;
          int length = pieces == 1 ? width : Math.min(piece, width - from);
          for (int i = 0; i < n; i++) {
            Rows.add(
                ys, y.offset() + i * width + from, xs, x.offset() + rows[i] * width + from, length);
          }
        });
  }

  // rows

  @Override
  public void softmax(Span x, Span y, int rows, int n) {
    float[] xs = x.array();
    float[] ys = y.array();
    rows(
        rows,
        n,
        (from, to) -> {
          for (int r = from; r < to; r++) {
            Rows.softmax(xs, x.offset() + r * n, ys, y.offset() + r * n, n);
          }
        });
  }

  @Override
  public void softmaxBackward(Span y, Span g, Span dx, int rows, int n) {
    float[] ys = y.array();
    float[] gs = g.array();
    float[] dxs = dx.array();
    rows(
        rows,
        n,
        (from, to) -> {
          for (int r = from; r < to; r++) {
            int at = r * n;
            Rows.softmaxBackward(
                ys, y.offset() + at, gs, g.offset() + at, dxs, dx.offset() + at, n);
          }
        });
  }

  @Override
  public void logSoftmax(Span x, Span y, int rows, int n) {
    float[] xs = x.array();
    float[] ys = y.array();
    rows(
        rows,
        n,
        (from, to) -> {
          float[] work = Scratch.get().array(WORK, Math.min(n, BLOCK));
          for (int r = from; r < to; r++) {
            int at = x.offset() + r * n;
            float logSumExp = Rows.logSumExp(xs, at, n, work);
            Rows.minus(xs, at, logSumExp, ys, y.offset() + r * n, n);
          }
        });
  }

  @Override
  public void logSoftmaxBackward(Span y, Span g, Span dx, int rows, int n) {
    float[] ys = y.array();
    float[] gs = g.array();
    float[] dxs = dx.array();
    rows(
        rows,
        n,
        (from, to) -> {
          float[] work = Scratch.get().array(WORK, n);
          for (int r = from; r < to; r++) {
            int at = r * n;
            Rows.logSoftmaxBackward(
                ys, y.offset() + at, gs, g.offset() + at, dxs, dx.offset() + at, n, work);
          }
        });
  }

  @Override
  public void crossEntropy(Span x, int[] labels, Span loss, Span logSumExp, int rows, int classes) {
    float[] xs = x.array();
    float[] losses = loss.array();
    float[] logs = logSumExp.array();
    rows(
        rows,
        classes,
        (from, to) -> {
          Scratch scratch = Scratch.get();
          int logsAt = logSumExp.offset();
          if (classes < LEN) {
            float[] work = scratch.array(WORK, (to - from) * classes);
            int at = x.offset() + from * classes;
            Rows.logSumExps(xs, at, to - from, classes, logs, logsAt + from, work, scratch.lanes);
          } else {
            float[] work = scratch.array(WORK, Math.min(classes, BLOCK));
            for (int r = from; r < to; r++) {
              logs[logsAt + r] = Rows.logSumExp(xs, x.offset() + r * classes, classes, work);
            }
          }
          for (int r = from; r < to; r++) {
            int at = x.offset() + r * classes;
            losses[loss.offset() + r] = labels[r] < 0 ? 0 : logs[logsAt + r] - xs[at + labels[r]];
          }
        });
  }

  @Override
  public void crossEntropyBackward(
      Span x, int[] labels, Span logSumExp, Span g, Span dx, int rows, int classes) {
    float[] xs = x.array();
    float[] dxs = dx.array();
    float[] logs = logSumExp.array();
    float[] gs = g.array();
    rows(
        rows,
        classes,
        (from, to) -> {
          if (classes < LEN) {
            Rows.crossEntropiesBackward(
                xs,
                x.offset() + from * classes,
                labels,
                from,
                logs,
                logSumExp.offset() + from,
                gs,
                g.offset() + from,
                dxs,
                dx.offset() + from * classes,
                to - from,
                classes,
                Scratch.get().array(WORK, (to - from) * classes));
            return;
          }
          for (int r = from; r < to; r++) {
            int at = dx.offset() + r * classes;
            if (labels[r] < 0) {
              Arrays.fill(dxs, at, at + classes, 0);
            } else {
              Rows.crossEntropyBackward(
                  xs,
                  x.offset() + r * classes,
                  labels[r],
                  logs[logSumExp.offset() + r],
                  gs[g.offset() + r],
                  dxs,
                  at,
                  classes);
            }
          }
        });
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
    float[] xs = x.array();
    float[] scales = scale.array();
    float[] shifts = shift.array();
    float[] ys = y.array();
    float[] means = mean.array();
    float[] rstds = rstd.array();
    rows(
        rows,
        n,
        (from, to) -> {
          for (int r = from; r < to; r++) {
            int at = x.offset() + r * n;
            float m = Rows.sum(xs, at, n) / n;
            float s =
                (float)
                    (1 / Math.sqrt((double) Rows.squaredDeviations(xs, at, m, n) / n + epsilon));
            means[mean.offset() + r] = m;
            rstds[rstd.offset() + r] = s;
            Rows.normalize(
                xs,
                at,
                m,
                s,
                scales,
                scale.offset(),
                shifts,
                shift.offset(),
                ys,
                y.offset() + r * n,
                n);
          }
        });
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
    float[] xs = x.array();
    float[] scales = scale.array();
    float[] means = mean.array();
    float[] rstds = rstd.array();
    float[] gs = g.array();
    float[] dxs = dx == null ? null : dx.array();
    int blocks = Math.max(1, (rows + ROWS - 1) / ROWS);
    Scratch own = Scratch.get();
    float[] scalePartial = dscale == null ? null : own.array(PARTIAL, blocks * n);
    float[] shiftPartial = dshift == null ? null : own.array(MORE_PARTIAL, blocks * n);
    workers.run(
        blocks,
        block -> {
          Scratch scratch = Scratch.get();
          float[] h = scratch.array(WORK, n);
          float[] e = scratch.array(MORE_WORK, n);
          int partial = block * n;
          if (scalePartial != null) {
            Arrays.fill(scalePartial, partial, partial + n, 0);
          }
          if (shiftPartial != null) {
            Arrays.fill(shiftPartial, partial, partial + n, 0);
          }
          int end = Math.min(rows, (block + 1) * ROWS);
          for (int r = block * ROWS; r < end; r++) {
            float s = rstds[rstd.offset() + r];
            int xAt = x.offset() + r * n;
            int gAt = g.offset() + r * n;
            Rows.normalAndGradient(
                xs, xAt, means[mean.offset() + r], s, gs, gAt, scales, scale.offset(), h, e, n);
            if (scalePartial != null) {
              Rows.addProducts(gs, gAt, h, 0, scalePartial, partial, n);
            }
            if (shiftPartial != null) {
              Rows.add(gs, gAt, shiftPartial, partial, n);
            }
            if (dxs != null) {
              float sum = Rows.sum(e, 0, n) / n;
              float product = Rows.dot(e, 0, h, 0, n) / n;
              Rows.normalizeBackward(h, e, sum, product, s, dxs, dx.offset() + r * n, n);
            }
          }
        });
    if (scalePartial != null) {
      Columns.combine(
          Reduction.SUM, scalePartial, 0, blocks, n, dscale.array(), dscale.offset(), accumulate);
    }
    if (shiftPartial != null) {
      Columns.combine(
          Reduction.SUM, shiftPartial, 0, blocks, n, dshift.array(), dshift.offset(), accumulate);
    }
  }

  @Override
  public void attention(Attention form, Span q, Span k, Span v, Span bias, Span y, Span p) {
    boolean small = ShortAttention.computes(form);
    pieces(
        form.batch() * form.heads(),
        small ? ShortAttention.headsTogether(form) : AttentionLoops.heads(form),
        (from, to) -> {
          if (small) {
            ShortAttention.forward(form, from, to, q, k, v, y, p);
          } else {
            AttentionLoops.forward(form, from, to, q, k, v, bias, y, p);
          }
        });
  }

  @Override
  public void attentionBackward(
      Attention form, Span q, Span k, Span v, Span p, Span g, Span dq, Span dk, Span dv, Span e) {
    boolean small = ShortAttention.computes(form);
    pieces(
        form.batch() * form.heads(),
        small ? ShortAttention.headsTogether(form) : AttentionLoops.heads(form),
        (from, to) -> {
          if (small) {
            ShortAttention.backward(form, from, to, q, k, v, p, g, dq, dk, dv, e);
          } else {
            AttentionLoops.backward(form, from, to, q, k, v, p, g, dq, dk, dv, e);
          }
        });
  }

  // sequences

  @Override
  public void recurrent(
      Recurrence form, Span saved, Span weight, Span bias, Span h0, Span c0, Span h, Span c) {
    RecurrentLoops.forward(workers, form, saved, weight, bias, h0, c0, h, c);
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
    RecurrentLoops.backward(workers, form, saved, weight, h0, c0, h, c, g, gc, d, dh0, dc0);
  }

  @Override
  public void cumulativeSum(Span x, Span y, int outer, int axis, int inner, boolean reverse) {
    float[] xs = x.array();
    float[] ys = y.array();
    rows(
        outer,
        axis * inner,
        (from, to) -> {
          for (int o = from; o < to; o++) {
            int at = o * axis * inner;
            SparseLoops.cumulativeSum(
                xs, x.offset() + at, ys, y.offset() + at, axis, inner, 0, inner, reverse);
          }
        });
  }

  // graphs

  @Override
  public void sparseProduct(
      SparseRows a, Span values, Span x, Span y, int width, boolean accumulate) {
    float[] vs = values == null ? null : values.array();
    int valuesAt = values == null ? 0 : values.offset();
    float[] xs = x.array();
    float[] ys = y.array();
    rows(
        a.rows(),
        width * (1 + a.size() / Math.max(1, a.rows())),
        (from, to) ->
            SparseLoops.product(
                a, from, to, vs, valuesAt, xs, x.offset(), ys, y.offset(), width, accumulate));
  }

  @Override
  public void sparseDots(SparseRows a, Span x, Span y, Span d, int width) {
    rows(
        a.rows(),
        width * (1 + a.size() / Math.max(1, a.rows())),
        (from, to) ->
            SparseLoops.dots(
                a,
                from,
                to,
                x.array(),
                x.offset(),
                y.array(),
                y.offset(),
                d.array(),
                d.offset(),
                width));
  }

  // images and columns

  @Override
  public void convolve(Convolution form, Span x, Span w, Span bias, Span y) {
    ConvolutionSums.apply(
        workers,
        form,
        x.array(),
        x.offset(),
        w.array(),
        w.offset(),
        bias == null ? null : bias.array(),
        bias == null ? 0 : bias.offset(),
        y.array(),
        y.offset());
  }

  @Override
  public void convolveInput(Convolution form, Span g, Span w, Span dx, boolean accumulate) {
    ConvolutionSums.input(
        workers,
        form,
        g.array(),
        g.offset(),
        w.array(),
        w.offset(),
        dx.array(),
        dx.offset(),
        accumulate);
  }

  @Override
  public void convolveWeight(Convolution form, Span x, Span g, Span dw, boolean accumulate) {
    ConvolutionWeights.run(
        workers,
        form,
        x.array(),
        x.offset(),
        g.array(),
        g.offset(),
        dw.array(),
        dw.offset(),
        accumulate);
  }

  @Override
  public void maxPool(Pooling form, Span x, Span y) {
    PoolingLoops.max(workers, form, x.array(), x.offset(), y.array(), y.offset());
  }

  @Override
  public void maxPoolBackward(Pooling form, Span x, Span y, Span g, Span dx, boolean accumulate) {
    PoolingLoops.maxBackward(
        workers,
        form,
        x.array(),
        x.offset(),
        y.array(),
        y.offset(),
        g.array(),
        g.offset(),
        dx.array(),
        dx.offset(),
        accumulate);
  }

  @Override
  public void averagePool(Pooling form, boolean countPadding, Span x, Span y) {
    PoolingLoops.average(workers, form, countPadding, x.array(), x.offset(), y.array(), y.offset());
  }

  @Override
  public void averagePoolBackward(
      Pooling form, boolean countPadding, Span g, Span dx, boolean accumulate) {
    PoolingLoops.averageBackward(
        workers, form, countPadding, g.array(), g.offset(), dx.array(), dx.offset(), accumulate);
  }

  @Override
  public void columnStatistics(Span x, Span mean, Span variance, int outer, int rows, int n) {
    ColumnNorm.statistics(
        workers,
        x.array(),
        x.offset(),
        mean.array(),
        mean.offset(),
        variance.array(),
        variance.offset(),
        outer,
        rows,
        n);
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
    ColumnNorm.normalize(
        workers,
        x.array(),
        x.offset(),
        mean.array(),
        mean.offset(),
        variance.array(),
        variance.offset(),
        epsilon,
        scale.array(),
        scale.offset(),
        shift.array(),
        shift.offset(),
        rectify,
        y.array(),
        y.offset(),
        outer,
        rows,
        n);
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
    ColumnNorm.backward(
        workers,
        x.array(),
        x.offset(),
        mean.array(),
        mean.offset(),
        variance.array(),
        variance.offset(),
        epsilon,
        scale.array(),
        scale.offset(),
        shift.array(),
        shift.offset(),
        rectify,
        g.array(),
        g.offset(),
        dx == null ? null : dx.array(),
        dx == null ? 0 : dx.offset(),
        dscale == null ? null : dscale.array(),
        dscale == null ? 0 : dscale.offset(),
        dshift == null ? null : dshift.array(),
        dshift == null ? 0 : dshift.offset(),
        accumulate,
        outer,
        rows,
        n);
  }

  @Override
  public void close() {
    workers.close();
  }
}
