package org.genlab.tensor.backend;

import java.util.Arrays;
import org.genlab.tensor.random.Philox;

/**
 * The plain backend: what each kernel means, written to be read. One element after the other on the
 * calling thread; what other backends are held to, and what computes where no faster one is
 * available.
 */
public final class ScalarBackend implements Backend {
  private static final double GELU_C = StrictMath.sqrt(2 / Math.PI);
  private static final double GELU_A = 0.044715;

  /** Elements a call of a host kernel. */
  private static final int CHUNK = 8192;

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public int threads() {
    return 1;
  }

  // memory

  @Override
  public Buffer allocate(int length) {
    return new HostBuffer(new float[length]);
  }

  @Override
  public void free(Buffer buffer) {}

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
    Arrays.fill(y.array(), y.offset(), y.offset() + n, value);
  }

  @Override
  public void copy(Span x, Span y, int n) {
    System.arraycopy(x.array(), x.offset(), y.array(), y.offset(), n);
  }

  // pointwise

  @Override
  public void axpy(float alpha, Span x, Span y, int n) {
    float[] xs = x.array();
    float[] ys = y.array();
    for (int i = 0; i < n; i++) {
      ys[y.offset() + i] = Math.fma(alpha, xs[x.offset() + i], ys[y.offset() + i]);
    }
  }

  @Override
  public void unary(Unary function, float p, float q, Span x, Span y, int n) {
    float[] xs = x.array();
    float[] ys = y.array();
    for (int i = 0; i < n; i++) {
      ys[y.offset() + i] = apply(function, p, q, xs[x.offset() + i]);
    }
  }

  /** One value of a function. */
  public static float apply(Unary function, float p, float q, float x) {
    return switch (function) {
      case NEGATE -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Math.signum(x) + 0f;
      case EXP -> (float) StrictMath.exp(x);
      case EXPM1 -> (float) StrictMath.expm1(x);
      case LOG -> (float) StrictMath.log(x);
      case LOG1P -> (float) StrictMath.log1p(x);
      case SIN -> (float) StrictMath.sin(x);
      case COS -> (float) StrictMath.cos(x);
      case ERF -> (float) ErrorFunction.erf(x);
      case FLOOR -> (float) Math.floor(x);
      case ROUND -> (float) Math.rint(x);
      case SQRT -> (float) Math.sqrt(x);
      case SQUARE -> x * x;
      case RECIPROCAL -> 1 / x;
      case TANH -> (float) StrictMath.tanh(x);
      case SIGMOID -> (float) sigmoid(x);
      case RELU -> x > 0 || Float.isNaN(x) ? x : 0;
      case GELU -> (float) (0.5 * x * (1 + geluTanh(x)));
      case GELU_ERF -> (float) (x * ErrorFunction.normal(x));
      case SILU -> (float) (x * sigmoid(x));
      case SOFTPLUS -> (float) (Math.max(x, 0.0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x))));
      case POW -> (float) StrictMath.pow(x, p);
      case CLAMP -> Math.min(Math.max(x, p), q);
      case ADD -> x + p;
      case MULTIPLY -> x * p;
      case GREATER -> x > p ? 1 : 0;
    };
  }

  @Override
  public void binary(Binary function, Span a, Span b, Span y, int n) {
    float[] as = a.array();
    float[] bs = b.array();
    float[] ys = y.array();
    for (int i = 0; i < n; i++) {
      ys[y.offset() + i] = apply(function, as[a.offset() + i], bs[b.offset() + i]);
    }
  }

  /** One value of a function. */
  public static float apply(Binary function, float a, float b) {
    return switch (function) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case MAXIMUM -> Math.max(a, b);
      case MINIMUM -> Math.min(a, b);
      case GREATER -> a > b ? 1 : 0;
      case GREATER_EQUAL -> a >= b ? 1 : 0;
      case EQUAL -> a == b ? 1 : 0;
      case ABS_BACKWARD -> a * Math.signum(b);
      case SQRT_BACKWARD -> a / (2 * b);
      case SQUARE_BACKWARD -> 2 * a * b;
      case RECIPROCAL_BACKWARD -> -a * b * b;
      case TANH_BACKWARD -> a * (1 - b * b);
      case SIGMOID_BACKWARD -> a * b * (1 - b);
      case RELU_BACKWARD -> b > 0 ? a : 0;
      case GELU_BACKWARD -> (float) (a * geluSlope(b));
      case GELU_ERF_BACKWARD -> (float) (a * geluErfSlope(b));
      case SILU_BACKWARD -> (float) (a * sigmoid(b) * (1 + b * (1 - sigmoid(b))));
      case SOFTPLUS_BACKWARD -> (float) (a * sigmoid(b));
    };
  }

  private static double sigmoid(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }

  private static double geluTanh(double x) {
    return StrictMath.tanh(GELU_C * (x + GELU_A * x * x * x));
  }

  private static double geluSlope(double x) {
    double t = geluTanh(x);
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * GELU_C * (1 + 3 * GELU_A * x * x);
  }

  private static double geluErfSlope(double x) {
    double density = StrictMath.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
    // density 0 beside an infinite x
    return ErrorFunction.normal(x) + (density == 0 ? 0 : x * density);
  }

  @Override
  public void broadcast(
      Binary function, int[] dimensions, Span a, int[] aStrides, Span b, int[] bStrides, Span y) {
    float[] as = a.array();
    float[] bs = b.array();
    float[] ys = y.array();
    int n = product(dimensions);
    int[] index = new int[dimensions.length];
    for (int i = 0; i < n; i++) {
      ys[y.offset() + i] =
          apply(function, as[place(a, index, aStrides)], bs[place(b, index, bStrides)]);
      increment(index, dimensions);
    }
  }

  @Override
  public void select(Span mask, Span a, Span b, Span y, int n) {
    float[] masks = mask.array();
    float[] as = a.array();
    float[] bs = b.array();
    float[] ys = y.array();
    for (int i = 0; i < n; i++) {
      ys[y.offset() + i] = masks[mask.offset() + i] != 0 ? as[a.offset() + i] : bs[b.offset() + i];
    }
  }

  @Override
  public void elementwise(HostKernel kernel, Buffer[] in, Buffer[] out, int n) {
    float[][] inputs = arrays(in);
    float[][] outputs = arrays(out);
    for (int from = 0; from < n; from += CHUNK) {
      kernel.apply(inputs, outputs, from, Math.min(n, from + CHUNK));
    }
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
    float[] xs = x.array();
    float[] ys = y.array();
    int n = product(dimensions);
    int[] index = new int[dimensions.length];
    for (int i = 0; i < n; i++) {
      float value = xs[place(x, index, xStrides)];
      int to = place(y, index, yStrides);
      ys[to] = accumulate ? ys[to] + value : value;
      increment(index, dimensions);
    }
  }

  private static int product(int[] dimensions) {
    int n = 1;
    for (int d : dimensions) {
      n *= d;
    }
    return n;
  }

  private static int place(Span span, int[] index, int[] strides) {
    int place = span.offset();
    for (int d = 0; d < index.length; d++) {
      place += index[d] * strides[d];
    }
    return place;
  }

  /** Goes to the next index, the last dimension fastest. */
  private static void increment(int[] index, int[] dimensions) {
    for (int d = index.length - 1; d >= 0; d--) {
      if (++index[d] < dimensions[d]) {
        return;
      }
      index[d] = 0;
    }
  }

  @Override
  public void dropoutMask(long key, long high, double probability, Span mask, int n) {
    float[] ys = mask.array();
    float kept = (float) (1 / (1 - probability));
    int[] words = new int[4];
    for (int i = 0; i < n; i++) {
      if (i % 4 == 0) {
        Philox.block(key, i / 4, high, words);
      }
      double uniform = (words[i % 4] >>> 8) * 0x1.0p-24;
      ys[mask.offset() + i] = uniform < probability ? 0 : kept;
    }
  }

  // reductions

  /** The i-th number of a row, from 0. */
  private interface Row {
    float at(int i);
  }

  /** Reduces in lanes. */
  private static float lanes(Reduction reduction, Row row, int n) {
    float result = block(reduction, row, 0, Math.min(n, BLOCK));
    for (int from = BLOCK; from < n; from += BLOCK) {
      result = combine(reduction, result, block(reduction, row, from, Math.min(n, from + BLOCK)));
    }
    return result;
  }

  private static float block(Reduction reduction, Row row, int from, int to) {
    float[] lane = new float[LANES];
    Arrays.fill(lane, reduction == Reduction.SUM ? 0 : Float.NEGATIVE_INFINITY);
    for (int i = from; i < to; i++) {
      int l = (i - from) % LANES;
      lane[l] = combine(reduction, lane[l], row.at(i));
    }
    return tree(reduction, lane);
  }

  private static float tree(Reduction reduction, float[] lane) {
    for (int half = LANES / 2; half > 0; half /= 2) {
      for (int l = 0; l < half; l++) {
        lane[l] = combine(reduction, lane[l], lane[l + half]);
      }
    }
    return lane[0];
  }

  private static float combine(Reduction reduction, float a, float b) {
    return reduction == Reduction.SUM ? a + b : Math.max(a, b);
  }

  /** The sum of products, in lanes. */
  private static float dot(Row a, Row b, int n) {
    float result = 0;
    for (int from = 0; from < n; from += BLOCK) {
      float[] lane = new float[LANES];
      for (int i = from; i < Math.min(n, from + BLOCK); i++) {
        int l = (i - from) % LANES;
        lane[l] = Math.fma(a.at(i), b.at(i), lane[l]);
      }
      float block = tree(Reduction.SUM, lane);
      result = from == 0 ? block : result + block;
    }
    return result;
  }

  private static Row row(Span x, int from) {
    float[] xs = x.array();
    int start = x.offset() + from;
    return i -> xs[start + i];
  }

  /** A number of a matrix. */
  private interface Matrix {
    float at(int row, int column);
  }

  /** Reduces a column, blocks of rows at a time; of a b, fused, unless b is null. */
  private static float column(Reduction reduction, Matrix a, Matrix b, int rows, int column) {
    float none = reduction == Reduction.SUM ? 0 : Float.NEGATIVE_INFINITY;
    float result = none;
    for (int from = 0; from < rows; from += ROWS) {
      float block = none;
      for (int r = from; r < Math.min(rows, from + ROWS); r++) {
        block =
            b == null
                ? combine(reduction, block, a.at(r, column))
                : Math.fma(a.at(r, column), b.at(r, column), block);
      }
      result = from == 0 ? block : combine(reduction, result, block);
    }
    return result;
  }

  @Override
  public void reduce(
      Reduction reduction, Span x, Span y, int outer, int axis, int inner, boolean accumulate) {
    float[] xs = x.array();
    float[] ys = y.array();
    for (int o = 0; o < outer; o++) {
      int start = x.offset() + o * axis * inner;
      for (int j = 0; j < inner; j++) {
        float value =
            inner == 1
                ? lanes(reduction, i -> xs[start + i], axis)
                : column(reduction, (r, c) -> xs[start + r * inner + c], null, axis, j);
        int to = y.offset() + o * inner + j;
        ys[to] = accumulate ? ys[to] + value : value;
      }
    }
  }

  @Override
  public void argMax(Span x, int[] y, int outer, int axis, int inner) {
    float[] xs = x.array();
    for (int o = 0; o < outer; o++) {
      for (int j = 0; j < inner; j++) {
        int start = x.offset() + o * axis * inner + j;
        int best = 0;
        for (int i = 1; i < axis; i++) {
          float value = xs[start + i * inner];
          float champion = xs[start + best * inner];
          if (value > champion || (Float.isNaN(value) && !Float.isNaN(champion))) {
            best = i;
          }
        }
        y[o * inner + j] = best;
      }
    }
  }

  @Override
  public void dot(Span a, Span b, Span y, int n) {
    y.array()[y.offset()] = dot(row(a, 0), row(b, 0), n);
  }

  @Override
  public boolean allFinite(Span x, int n) {
    float[] xs = x.array();
    for (int i = 0; i < n; i++) {
      if (!Float.isFinite(xs[x.offset() + i])) {
        return false;
      }
    }
    return true;
  }

  // matrices

  @Override
  public void gemm(Gemm form, Span a, Span b, Span bias, Span c) {
    float[] as = a.array();
    float[] bs = b.array();
    float[] cs = c.array();
    int aRow = form.transposeA() ? 1 : form.lda();
    int aColumn = form.transposeA() ? form.lda() : 1;
    int bRow = form.transposeB() ? 1 : form.ldb();
    int bColumn = form.transposeB() ? form.ldb() : 1;
    for (int p = 0; p < form.batch(); p++) {
      int aStart = a.offset() + p * form.strideA();
      int bStart = b.offset() + p * form.strideB();
      int cStart = c.offset() + p * form.strideC();
      for (int i = 0; i < form.m(); i++) {
        for (int j = 0; j < form.n(); j++) {
          int to = cStart + i * form.ldc() + j;
          float sum = form.accumulate() ? cs[to] : 0;
          for (int k = 0; k < form.k(); k++) {
            sum =
                Math.fma(
                    as[aStart + i * aRow + k * aColumn], bs[bStart + k * bRow + j * bColumn], sum);
          }
          cs[to] = bias == null ? sum : sum + bias.array()[bias.offset() + j];
        }
      }
    }
  }

  @Override
  public void gatherRows(Span x, int[] rows, Span y, int n, int width) {
    for (int i = 0; i < n; i++) {
      copy(x.plus(rows[i] * width), y.plus(i * width), width);
    }
  }

  @Override
  public void scatterAddRows(Span y, int[] rows, Span x, int n, int width) {
    for (int i = 0; i < n; i++) {
      axpy(1, y.plus(i * width), x.plus(rows[i] * width), width);
    }
  }

  // rows

  @Override
  public void softmax(Span x, Span y, int rows, int n) {
    for (int r = 0; r < rows; r++) {
      softmaxRow(x.array(), x.offset() + r * n, y.array(), y.offset() + r * n, n);
    }
  }

  /** Softmax of one row, in place or not. */
  private static void softmaxRow(float[] xs, int x, float[] ys, int y, int n) {
    float max = lanes(Reduction.MAX, i -> xs[x + i], n);
    for (int i = 0; i < n; i++) {
      ys[y + i] = (float) StrictMath.exp(xs[x + i] - max);
    }
    float factor = 1 / lanes(Reduction.SUM, i -> ys[y + i], n);
    for (int i = 0; i < n; i++) {
      ys[y + i] *= factor;
    }
  }

  @Override
  public void softmaxBackward(Span y, Span g, Span dx, int rows, int n) {
    for (int r = 0; r < rows; r++) {
      Row ys = row(y, r * n);
      Row gs = row(g, r * n);
      float product = dot(ys, gs, n);
      for (int i = 0; i < n; i++) {
        dx.array()[dx.offset() + r * n + i] = ys.at(i) * (gs.at(i) - product);
      }
    }
  }

  /** The logarithm of the sum of the exponentials of a row. */
  private static float logSumExp(Row xs, int n) {
    float max = lanes(Reduction.MAX, xs, n);
    float sum = lanes(Reduction.SUM, i -> (float) StrictMath.exp(xs.at(i) - max), n);
    return max + (float) StrictMath.log(sum);
  }

  @Override
  public void logSoftmax(Span x, Span y, int rows, int n) {
    for (int r = 0; r < rows; r++) {
      Row xs = row(x, r * n);
      float logSumExp = logSumExp(xs, n);
      for (int i = 0; i < n; i++) {
        y.array()[y.offset() + r * n + i] = xs.at(i) - logSumExp;
      }
    }
  }

  @Override
  public void logSoftmaxBackward(Span y, Span g, Span dx, int rows, int n) {
    for (int r = 0; r < rows; r++) {
      Row ys = row(y, r * n);
      Row gs = row(g, r * n);
      float sum = lanes(Reduction.SUM, gs, n);
      for (int i = 0; i < n; i++) {
        dx.array()[dx.offset() + r * n + i] = gs.at(i) - (float) StrictMath.exp(ys.at(i)) * sum;
      }
    }
  }

  @Override
  public void crossEntropy(Span x, int[] labels, Span loss, Span logSumExp, int rows, int classes) {
    for (int r = 0; r < rows; r++) {
      Row xs = row(x, r * classes);
      float total = logSumExp(xs, classes);
      logSumExp.array()[logSumExp.offset() + r] = total;
      loss.array()[loss.offset() + r] = labels[r] < 0 ? 0 : total - xs.at(labels[r]);
    }
  }

  @Override
  public void crossEntropyBackward(
      Span x, int[] labels, Span logSumExp, Span g, Span dx, int rows, int classes) {
    for (int r = 0; r < rows; r++) {
      Row xs = row(x, r * classes);
      float total = logSumExp.array()[logSumExp.offset() + r];
      float factor = g.array()[g.offset() + r];
      for (int j = 0; j < classes; j++) {
        float probability = (float) StrictMath.exp(xs.at(j) - total);
        dx.array()[dx.offset() + r * classes + j] =
            labels[r] < 0 ? 0 : factor * (probability - (j == labels[r] ? 1 : 0));
      }
    }
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
    Row scales = row(scale, 0);
    Row shifts = row(shift, 0);
    for (int r = 0; r < rows; r++) {
      Row xs = row(x, r * n);
      float m = lanes(Reduction.SUM, xs, n) / n;
      Row centred = i -> xs.at(i) - m;
      float s = (float) (1 / Math.sqrt((double) dot(centred, centred, n) / n + epsilon));
      for (int i = 0; i < n; i++) {
        y.array()[y.offset() + r * n + i] = Math.fma(centred.at(i) * s, scales.at(i), shifts.at(i));
      }
      mean.array()[mean.offset() + r] = m;
      rstd.array()[rstd.offset() + r] = s;
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
    Row scales = row(scale, 0);
    Row means = row(mean, 0);
    Row rstds = row(rstd, 0);
    Matrix gradient = (r, i) -> g.array()[g.offset() + r * n + i];
    Matrix normal = (r, i) -> (x.array()[x.offset() + r * n + i] - means.at(r)) * rstds.at(r);
    if (dx != null) {
      for (int row = 0; row < rows; row++) {
        int r = row;
        Row e = i -> gradient.at(r, i) * scales.at(i);
        Row h = i -> normal.at(r, i);
        float sum = lanes(Reduction.SUM, e, n) / n;
        float product = dot(e, h, n) / n;
        for (int i = 0; i < n; i++) {
          dx.array()[dx.offset() + r * n + i] = rstds.at(r) * (e.at(i) - sum - h.at(i) * product);
        }
      }
    }
    for (int i = 0; i < n; i++) {
      if (dscale != null) {
        put(dscale, i, column(Reduction.SUM, gradient, normal, rows, i), accumulate);
      }
      if (dshift != null) {
        put(dshift, i, column(Reduction.SUM, gradient, null, rows, i), accumulate);
      }
    }
  }

  private static void put(Span y, int i, float value, boolean accumulate) {
    float[] ys = y.array();
    ys[y.offset() + i] = accumulate ? ys[y.offset() + i] + value : value;
  }

  @Override
  public void attention(Attention form, Span q, Span k, Span v, Span bias, Span y, Span p) {
    int width = form.width();
    float[] ps = p.array();
    for (int b = 0; b < form.batch(); b++) {
      for (int h = 0; h < form.heads(); h++) {
        for (int i = 0; i < form.queries(); i++) {
          Row query = row(q, queryPlace(form, b, i, h));
          int visible = form.visible(i);
          int start = p.offset() + probabilityPlace(form, b, h, i);
          for (int j = 0; j < visible; j++) {
            float score = chain(query, row(k, keyPlace(form, b, j, h)), width) * form.scale();
            ps[start + j] = bias == null ? score : score + bias(form, bias, b, h, i, j);
          }
          if (seesNothing(ps, start, visible)) {
            Arrays.fill(ps, start, start + visible, 0);
          } else {
            softmaxRow(ps, start, ps, start, visible);
          }
          Arrays.fill(ps, start + visible, start + form.positions(), 0);
          for (int d = 0; d < width; d++) {
            int column = d;
            y.array()[y.offset() + queryPlace(form, b, i, h) + d] =
                chain(j -> ps[start + j], columnOf(v, form, b, h, column), visible);
          }
        }
      }
    }
  }

  @Override
  public void attentionBackward(
      Attention form, Span q, Span k, Span v, Span p, Span g, Span dq, Span dk, Span dv, Span e) {
    int width = form.width();
    float[] ps = p.array();
    int queries = form.queries();
    int positions = form.positions();
    for (int b = 0; b < form.batch(); b++) {
      for (int h = 0; h < form.heads(); h++) {
        float[] ds = new float[queries * positions];
        for (int i = 0; i < queries; i++) {
          Row above = row(g, queryPlace(form, b, i, h));
          int visible = form.visible(i);
          int start = p.offset() + probabilityPlace(form, b, h, i);
          float[] dp = new float[visible];
          for (int j = 0; j < visible; j++) {
            dp[j] = chain(above, row(v, keyPlace(form, b, j, h)), width);
          }
          float product = dot(j -> ps[start + j], j -> dp[j], visible);
          for (int j = 0; j < visible; j++) {
            float gradient = ps[start + j] * (dp[j] - product);
            ds[i * positions + j] = gradient * form.scale();
            if (e != null) {
              e.array()[e.offset() + start - p.offset() + j] = gradient;
            }
          }
          if (e != null) {
            int end = e.offset() + start - p.offset();
            Arrays.fill(e.array(), end + visible, end + positions, 0);
          }
        }
        int first = probabilityPlace(form, b, h, 0);
        for (int d = 0; d < width; d++) {
          for (int i = 0; i < queries; i++) {
            int at = i * positions;
            dq.array()[dq.offset() + queryPlace(form, b, i, h) + d] =
                chain(j -> ds[at + j], columnOf(k, form, b, h, d), form.visible(i));
          }
          Row queryColumn = queryColumnOf(q, form, b, h, d);
          Row gradientColumn = queryColumnOf(g, form, b, h, d);
          for (int j = 0; j < positions; j++) {
            int at = j;
            int to = keyPlace(form, b, j, h) + d;
            dk.array()[dk.offset() + to] = chain(i -> ds[i * positions + at], queryColumn, queries);
            dv.array()[dv.offset() + to] =
                chain(i -> ps[p.offset() + first + i * positions + at], gradientColumn, queries);
          }
        }
      }
    }
  }

  private static float bias(Attention form, Span bias, int b, int h, int i, int j) {
    int place = form.biasPlace(b, h, i) + j * form.bias().position();
    return bias.array()[bias.offset() + place];
  }

  private static boolean seesNothing(float[] scores, int at, int n) {
    for (int j = 0; j < n; j++) {
      if (scores[at + j] != Float.NEGATIVE_INFINITY) {
        return false;
      }
    }
    return true;
  }

  /** The sum of products, one after the other. */
  private static float chain(Row a, Row b, int n) {
    float sum = 0;
    for (int i = 0; i < n; i++) {
      sum = Math.fma(a.at(i), b.at(i), sum);
    }
    return sum;
  }

  private static Row columnOf(Span x, Attention form, int b, int h, int d) {
    return j -> x.array()[x.offset() + keyPlace(form, b, j, h) + d];
  }

  private static Row queryColumnOf(Span x, Attention form, int b, int h, int d) {
    return i -> x.array()[x.offset() + queryPlace(form, b, i, h) + d];
  }

  private static int queryPlace(Attention form, int b, int i, int h) {
    return ((b * form.queries() + i) * form.heads() + h) * form.width();
  }

  private static int keyPlace(Attention form, int b, int j, int h) {
    return ((b * form.positions() + j) * form.heads() + h) * form.width();
  }

  private static int probabilityPlace(Attention form, int b, int h, int i) {
    return ((b * form.heads() + h) * form.queries() + i) * form.positions();
  }

  // images and columns

  @Override
  public void convolve(Convolution form, Span x, Span w, Span bias, Span y) {
    ScalarConvolutions.convolve(form, x, w, bias, y);
  }

  @Override
  public void convolveInput(Convolution form, Span g, Span w, Span dx, boolean accumulate) {
    ScalarConvolutions.convolveInput(form, g, w, dx, accumulate);
  }

  @Override
  public void convolveWeight(Convolution form, Span x, Span g, Span dw, boolean accumulate) {
    ScalarConvolutions.convolveWeight(form, x, g, dw, accumulate);
  }

  @Override
  public void maxPool(Pooling form, Span x, Span y) {
    ScalarPooling.max(form, x, y);
  }

  @Override
  public void maxPoolBackward(Pooling form, Span x, Span y, Span g, Span dx, boolean accumulate) {
    ScalarPooling.maxBackward(form, x, y, g, dx, accumulate);
  }

  @Override
  public void averagePool(Pooling form, boolean countPadding, Span x, Span y) {
    ScalarPooling.average(form, countPadding, x, y);
  }

  @Override
  public void averagePoolBackward(
      Pooling form, boolean countPadding, Span g, Span dx, boolean accumulate) {
    ScalarPooling.averageBackward(form, countPadding, g, dx, accumulate);
  }

  @Override
  public void columnStatistics(Span x, Span mean, Span variance, int outer, int rows, int n) {
    ScalarNormalization.statistics(x, mean, variance, outer, rows, n);
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
    ScalarNormalization.normalize(
        x, mean, variance, epsilon, scale, shift, rectify, y, outer, rows, n);
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
    ScalarNormalization.backward(
        x,
        mean,
        variance,
        epsilon,
        scale,
        shift,
        rectify,
        g,
        dx,
        dscale,
        dshift,
        accumulate,
        outer,
        rows,
        n);
  }

  // sequences

  @Override
  public void recurrent(
      Recurrence form, Span saved, Span weight, Span bias, Span h0, Span c0, Span h, Span c) {
    ScalarRecurrences.forward(form, saved, weight, bias, h0, c0, h, c);
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
    ScalarRecurrences.backward(form, saved, weight, h0, c0, h, c, g, gc, d, dh0, dc0);
  }

  @Override
  public void cumulativeSum(Span x, Span y, int outer, int axis, int inner, boolean reverse) {
    float[] xs = x.array();
    float[] ys = y.array();
    for (int o = 0; o < outer; o++) {
      for (int j = 0; j < inner; j++) {
        float sum = 0;
        for (int i = 0; i < axis; i++) {
          int at = (o * axis + (reverse ? axis - 1 - i : i)) * inner + j;
          sum = i == 0 ? xs[x.offset() + at] : sum + xs[x.offset() + at];
          ys[y.offset() + at] = sum;
        }
      }
    }
  }

  // graphs

  @Override
  public void sparseProduct(
      SparseRows a, Span values, Span x, Span y, int width, boolean accumulate) {
    float[] xs = x.array();
    float[] ys = y.array();
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < width; j++) {
        int to = y.offset() + i * width + j;
        float sum = accumulate ? ys[to] : 0;
        for (int e = a.starts()[i]; e < a.starts()[i + 1]; e++) {
          int place = a.entries() == null ? e : a.entries()[e];
          float value = values == null ? 1 : values.array()[values.offset() + place];
          sum = Math.fma(value, xs[x.offset() + a.columns()[e] * width + j], sum);
        }
        ys[to] = sum;
      }
    }
  }

  @Override
  public void sparseDots(SparseRows a, Span x, Span y, Span d, int width) {
    for (int i = 0; i < a.rows(); i++) {
      for (int e = a.starts()[i]; e < a.starts()[i + 1]; e++) {
        int place = a.entries() == null ? e : a.entries()[e];
        d.array()[d.offset() + place] =
            dot(row(x, i * width), row(y, a.columns()[e] * width), width);
      }
    }
  }

  @Override
  public void close() {}
}
