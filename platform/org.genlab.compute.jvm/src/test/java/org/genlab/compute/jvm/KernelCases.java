package org.genlab.compute.jvm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.genlab.tensor.backend.Attention;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Binary;
import org.genlab.tensor.backend.Buffer;
import org.genlab.tensor.backend.Gemm;
import org.genlab.tensor.backend.Reduction;
import org.genlab.tensor.backend.Span;
import org.genlab.tensor.backend.Unary;
import org.genlab.tensor.random.RandomStream;

/** Every kernel on random data of many sizes. */
final class KernelCases {
  /**
   * One call of a kernel.
   *
   * @param tolerance how far results may lie from those of exact elementary functions, relative to
   *     1 + their magnitude; 0 where the definition of the kernel fixes every bit
   * @param run calls it and gives all it wrote
   */
  record Case(String name, double tolerance, Function<Backend, float[]> run) {}

  private static final int[] SIZES = {0, 1, 3, 15, 16, 17, 31, 97, 128, 1000, 8197, 20003};

  private static final Map<String, float[]> DRAWN = new ConcurrentHashMap<>();

  private final List<Case> cases = new ArrayList<>();

  private KernelCases() {}

  static List<Case> all() {
    KernelCases all = new KernelCases();
    all.pointwise();
    all.broadcasts();
    all.moves();
    all.reductions();
    all.matrices();
    all.rows();
    all.attention();
    ImageKernelCases.addTo(all.cases);
    SequenceKernelCases.addTo(all::add);
    return all.cases;
  }

  private void add(String name, double tolerance, Function<Backend, float[]> run) {
    cases.add(new Case(name, tolerance, run));
  }

  /** Normal numbers, a pure function of the name and n. */
  static float[] numbers(String name, int n) {
    return DRAWN
        .computeIfAbsent(
            name + n,
            key -> {
              RandomStream random = RandomStream.of(7, name, n);
              float[] x = new float[n];
              for (int i = 0; i < n; i++) {
                x[i] = (float) random.nextGaussian();
              }
              return x;
            })
        .clone();
  }

  /** A span at an odd offset, so that nothing is aligned by accident. */
  static Span span(Backend backend, float[] x) {
    Buffer buffer = backend.allocate(x.length + 5);
    Span span = new Span(buffer, 3);
    backend.write(x, 0, span, x.length);
    return span;
  }

  static float[] read(Backend backend, Span span, int n) {
    float[] x = new float[n];
    backend.read(span, x, 0, n);
    return x;
  }

  static float[] join(float[]... parts) {
    int n = 0;
    for (float[] part : parts) {
      n += part.length;
    }
    float[] all = new float[n];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  private static float[] positive(float[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.abs(x[i]) + 0.01f;
    }
    return x;
  }

  private void pointwise() {
    for (int n : SIZES) {
      for (Unary f : Unary.values()) {
        double tolerance =
            switch (f) {
              case EXP, EXPM1, LOG, ERF, TANH, SIGMOID, GELU, GELU_ERF, SILU, SOFTPLUS -> 4e-7;
              default -> 0;
            };
        boolean nonNegative = f == Unary.SQRT || f == Unary.LOG || f == Unary.POW;
        add(
            f + " " + n,
            tolerance,
            b -> {
              float[] x = numbers("x", n);
              Span span = span(b, nonNegative ? positive(x) : x);
              Span y = span(b, new float[n]);
              b.unary(f, -0.5f, 1.5f, span, y, n);
              b.unary(f, -0.5f, 1.5f, span, span, n);
              return join(read(b, y, n), read(b, span, n));
            });
      }
      for (Binary f : Binary.values()) {
        double tolerance =
            switch (f) {
              case GELU_BACKWARD, GELU_ERF_BACKWARD, SILU_BACKWARD, SOFTPLUS_BACKWARD -> 1e-6;
              default -> 0;
            };
        add(
            f + " " + n,
            tolerance,
            b -> {
              Span u = span(b, numbers("u", n));
              Span y = span(b, new float[n]);
              b.binary(f, u, span(b, numbers("v", n)), y, n);
              return read(b, y, n);
            });
      }
      add(
          "axpy, fill, copy, select, elementwise, dropoutMask " + n,
          0,
          b -> {
            Span x = span(b, numbers("x", n));
            Span y = span(b, numbers("y", n));
            b.axpy(0.3f, x, y, n);
            Span filled = span(b, new float[n]);
            b.fill(2.5f, filled, n);
            Span copied = span(b, new float[n]);
            b.copy(x, copied, n);
            Span mask = span(b, new float[n]);
            b.unary(Unary.GREATER, 0.1f, 0, x, mask, n);
            Span selected = span(b, new float[n]);
            b.select(mask, x, y, selected, n);
            Buffer out = b.allocate(n + 3);
            b.elementwise(
                (in, to, from, end) -> {
                  for (int i = from; i < end; i++) {
                    to[0][i] = in[0][i] * 2 + in[1][i];
                  }
                },
                new Buffer[] {x.buffer(), y.buffer()},
                new Buffer[] {out},
                n);
            Span dropped = span(b, new float[n]);
            b.dropoutMask(11, 12, 0.3, dropped, n);
            return join(
                read(b, y, n),
                read(b, filled, n),
                read(b, copied, n),
                read(b, selected, n),
                Arrays.copyOfRange(read(b, new Span(out, 0), n), Math.min(n, 3), n),
                read(b, dropped, n));
          });
    }
  }

  private void broadcasts() {
    int[][] dimensions = {{40}, {7, 5}, {31, 97}, {300, 128}, {5, 6, 7}, {3, 1, 33}, {0, 4}};
    int[][][] strides = {
      {{1}, {0}},
      {{5, 1}, {0, 1}},
      {{97, 1}, {1, 0}},
      {{0, 1}, {128, 1}},
      {{0, 7, 1}, {6, 1, 0}},
      {{33, 33, 1}, {1, 0, 3}},
      {{4, 1}, {0, 1}}
    };
    for (int c = 0; c < dimensions.length; c++) {
      int[] d = dimensions[c];
      int[][] s = strides[c];
      int n = product(d);
      for (Binary f : List.of(Binary.ADD, Binary.DIVIDE)) {
        add(
            "broadcast " + f + " " + Arrays.toString(d),
            0,
            b -> {
              Span y = span(b, new float[n]);
              Span u = span(b, numbers("u", 40000));
              b.broadcast(f, d, u, s[0], span(b, numbers("v", 40000)), s[1], y);
              return read(b, y, n);
            });
      }
    }
  }

  private static int product(int[] d) {
    int n = 1;
    for (int i : d) {
      n *= i;
    }
    return n;
  }

  private void moves() {
    int[][] dimensions = {
      {17}, {33, 70}, {6, 5, 4, 3}, {20, 4, 8, 32}, {9, 11}, {300, 200}, {3, 0}
    };
    int[][] from = {
      {2}, {1, 33}, {60, 12, 3, 1}, {1024, 32, 128, 1}, {0, 1}, {1, 300}, {1, 1},
    };
    int[][] to = {
      {1}, {70, 1}, {1, 6, 30, 120}, {1024, 256, 32, 1}, {11, 1}, {200, 1}, {1, 1},
    };
    for (int c = 0; c < dimensions.length; c++) {
      int[] d = dimensions[c];
      int[] sx = from[c];
      int[] sy = to[c];
      for (boolean accumulate : new boolean[] {false, true}) {
        add(
            "move " + Arrays.toString(d) + " " + accumulate,
            0,
            b -> {
              Span y = span(b, numbers("y", 70000));
              b.move(d, span(b, numbers("x", 70000)), sx, y, sy, accumulate);
              return read(b, y, 70000);
            });
      }
    }
  }

  private void reductions() {
    int[][] shapes = {
      {3, 0, 2},
      {1, 1, 1},
      {5, 17, 1},
      {2, 20000, 1},
      {300, 128, 1},
      {1, 2048, 128},
      {4, 70, 3},
      {2, 64, 17},
      {1, 130, 1000},
      {0, 4, 4},
      {2, 5, 9}
    };
    for (int[] s : shapes) {
      int n = s[0] * s[1] * s[2];
      int results = s[0] * s[2];
      for (Reduction reduction : Reduction.values()) {
        for (boolean accumulate : new boolean[] {false, true}) {
          if (reduction == Reduction.SUM || !accumulate) {
            add(
                reduction + " " + Arrays.toString(s) + " " + accumulate,
                0,
                b -> {
                  Span y = span(b, numbers("y", results));
                  Span x = span(b, numbers("x", n));
                  b.reduce(reduction, x, y, s[0], s[1], s[2], accumulate);
                  return read(b, y, results);
                });
          }
        }
      }
      if (s[1] > 0) {
        add(
            "argMax " + Arrays.toString(s),
            0,
            b -> {
              float[] x = numbers("x", n);
              if (n > 30) {
                x[n / 2] = Float.NaN;
              }
              int[] places = new int[results];
              b.argMax(span(b, x), places, s[0], s[1], s[2]);
              float[] y = new float[results];
              Arrays.setAll(places, i -> places[i]);
              for (int i = 0; i < results; i++) {
                y[i] = places[i];
              }
              return y;
            });
      }
    }
    for (int n : SIZES) {
      add(
          "dot, allFinite " + n,
          0,
          b -> {
            float[] x = numbers("x", n);
            Span y = span(b, new float[1]);
            b.dot(span(b, x), span(b, numbers("y", n)), y, n);
            float finite = b.allFinite(span(b, x), n) ? 1 : 0;
            if (n > 0) {
              x[n - 1] = Float.NEGATIVE_INFINITY;
            }
            float infinite = b.allFinite(span(b, x), n) ? 1 : 0;
            return join(read(b, y, 1), new float[] {finite, infinite});
          });
    }
  }

  private void matrices() {
    int[][] shapes = {
      {0, 3, 4},
      {3, 0, 4},
      {3, 4, 0},
      {1, 1, 1},
      {2, 3, 5},
      {13, 17, 19},
      {8, 32, 64},
      {100, 97, 33},
      {97, 100, 128},
      {65, 33, 300},
      {33, 129, 517},
      {1, 200, 50},
      {200, 1, 50},
      {128, 512, 600},
      {20, 70, 1100},
      {24, 64, 9},
      {64, 2, 33},
      {32, 13, 70},
      {640, 16, 100},
      {96, 5, 600},
      {70, 70, 1}
    };
    for (int[] s : shapes) {
      for (int variant = 0; variant < (s[2] < 500 ? 16 : 4); variant++) {
        boolean ta = (variant & 1) != 0;
        boolean tb = (variant & 2) != 0;
        boolean accumulate = (variant & 4) != 0;
        boolean withBias = (variant & 8) != 0;
        Gemm form = Gemm.of(ta, tb, s[0], s[1], s[2], accumulate);
        add(form + " " + withBias, 0, b -> product(b, form, withBias, s[0] * s[1]));
      }
    }
    add(
        "gemm with leading dimensions",
        0,
        b ->
            product(
                b,
                new Gemm(true, false, 40, 50, 60, 45, 52, 57, 3, 3000, 3500, 2500, true),
                true,
                7500));
    add(
        "gemm of whole tiles with leading dimensions",
        0,
        b ->
            product(
                b, new Gemm(false, false, 16, 32, 20, 25, 40, 50, 1, 0, 0, 0, true), true, 800));
    add(
        "gemm of few columns with leading dimensions",
        0,
        b ->
            product(
                b, new Gemm(true, false, 64, 10, 30, 70, 12, 15, 1, 0, 0, 0, true), false, 960));
    for (int batch : new int[] {0, 2, 50}) {
      for (boolean shared : new boolean[] {false, true}) {
        for (boolean ta : new boolean[] {false, true}) {
          Gemm form =
              Gemm.batched(ta, !ta, 12, 20, 34, batch, 12 * 34, shared ? 0 : 20 * 34, false);
          add(form.toString(), 0, b -> product(b, form, false, batch * 240));
        }
      }
    }
    add(
        "batch of large products",
        0,
        b ->
            product(
                b, Gemm.batched(false, true, 70, 90, 80, 3, 5600, 7200, false), false, 3 * 6300));
    for (int width : new int[] {0, 1, 17, 128}) {
      add(
          "gather and scatter " + width,
          0,
          b -> {
            int[] rows = new int[500];
            RandomStream random = RandomStream.of(1, "rows");
            Arrays.setAll(rows, i -> random.nextInt(9));
            Span table = span(b, numbers("table", 9 * width));
            Span y = span(b, new float[500 * width]);
            b.gatherRows(table, rows, y, 500, width);
            b.scatterAddRows(y, rows, table, 500, width);
            return join(read(b, y, 500 * width), read(b, table, 9 * width));
          });
    }
  }

  private static float[] product(Backend b, Gemm form, boolean withBias, int results) {
    Span bias = withBias ? span(b, numbers("bias", form.n())) : null;
    Span c = span(b, numbers("c", results));
    b.gemm(form, span(b, numbers("a", 77000)), span(b, numbers("b", 310000)), bias, c);
    return read(b, c, results);
  }

  private void rows() {
    int[][] shapes = {
      {0, 5}, {1, 1}, {3, 4}, {5, 16}, {200, 97}, {130, 128}, {2, 9000}, {5000, 2}, {600, 15}
    };
    for (int[] s : shapes) {
      int rows = s[0];
      int n = s[1];
      int size = rows * n;
      String name = Arrays.toString(s);
      add(
          "softmax " + name,
          1e-6,
          b -> {
            Span x = span(b, numbers("x", size));
            Span y = span(b, new float[size]);
            b.softmax(x, y, rows, n);
            Span dx = span(b, new float[size]);
            b.softmaxBackward(y, span(b, numbers("g", size)), dx, rows, n);
            return join(read(b, y, size), read(b, dx, size));
          });
      add(
          "logSoftmax " + name,
          2e-6,
          b -> {
            Span x = span(b, numbers("x", size));
            Span y = span(b, new float[size]);
            b.logSoftmax(x, y, rows, n);
            Span dx = span(b, new float[size]);
            b.logSoftmaxBackward(y, span(b, numbers("g", size)), dx, rows, n);
            return join(read(b, y, size), read(b, dx, size));
          });
      add(
          "crossEntropy " + name,
          2e-6,
          b -> {
            Span x = span(b, numbers("x", size));
            int[] labels = new int[rows];
            Arrays.setAll(labels, i -> i % (n + 1) - 1);
            Span loss = span(b, new float[rows]);
            Span logs = span(b, new float[rows]);
            b.crossEntropy(x, labels, loss, logs, rows, n);
            Span dx = span(b, new float[size]);
            b.crossEntropyBackward(x, labels, logs, span(b, numbers("g", rows)), dx, rows, n);
            return join(read(b, loss, rows), read(b, logs, rows), read(b, dx, size));
          });
      for (int variant = 0; variant < 4; variant++) {
        boolean accumulate = variant == 1;
        boolean withoutInput = variant == 2;
        boolean onlyInput = variant == 3;
        add(
            "layerNorm " + name + " " + variant,
            0,
            b -> {
              Span x = span(b, numbers("x", size));
              Span scale = span(b, numbers("scale", n));
              Span y = span(b, new float[size]);
              Span mean = span(b, new float[rows]);
              Span rstd = span(b, new float[rows]);
              b.layerNorm(x, scale, span(b, numbers("shift", n)), 1e-5, y, mean, rstd, rows, n);
              Span dx = span(b, new float[size]);
              Span dscale = span(b, numbers("dscale", n));
              Span dshift = span(b, numbers("dshift", n));
              b.layerNormBackward(
                  x,
                  scale,
                  mean,
                  rstd,
                  span(b, numbers("g", size)),
                  withoutInput ? null : dx,
                  onlyInput ? null : dscale,
                  onlyInput ? null : dshift,
                  accumulate,
                  rows,
                  n);
              return join(
                  read(b, y, size),
                  read(b, mean, rows),
                  read(b, rstd, rows),
                  read(b, dx, size),
                  read(b, dscale, n),
                  read(b, dshift, n));
            });
      }
    }
  }

  /** Some places nobody sees. */
  private static float[] masked(float[] bias) {
    for (int i = 0; i < bias.length; i++) {
      if (i % 7 == 3 || i < 40) {
        bias[i] = Float.NEGATIVE_INFINITY;
      }
    }
    return bias;
  }

  private void attention() {
    Attention[] forms = {
      new Attention(50, 4, 4, 4, 32, true),
      new Attention(6, 1, 5, 4, 32, true),
      new Attention(3, 7, 5, 2, 9, true),
      new Attention(70, 5, 5, 4, 32, true),
      new Attention(5, 8, 8, 3, 16, false),
      new Attention(45, 1, 2, 2, 48, false),
      new Attention(11, 3, 1, 1, 16, false),
      new Attention(9, 8, 3, 5, 16, true),
      new Attention(21, 2, 7, 3, 32, true),
      new Attention(2, 20, 20, 3, 16, true),
      new Attention(2, 33, 64, 1, 40, false),
      new Attention(1, 1, 1, 1, 1, false),
      new Attention(0, 2, 2, 2, 4, false),
      new Attention(3, 64, 64, 2, 32, true),
      new Attention(2, 70, 130, 1, 64, false),
      new Attention(2, 9, 5, 2, 20, true),
      new Attention(2, 40, 40, 2, 32, true, 0.5f, new Attention.Bias(3200, 1600, 40, 1)),
      new Attention(3, 19, 35, 2, 12, false, 0.3f, new Attention.Bias(0, 665, 35, 1)),
      new Attention(3, 5, 17, 2, 16, false, 0.3f, new Attention.Bias(17, 0, 0, 1)),
      new Attention(2, 6, 7, 1, 32, true, 1f, new Attention.Bias(0, 0, 1, 0)),
      new Attention(1, 3, 0, 1, 4, false),
      new Attention(1, 0, 3, 1, 4, false)
    };
    for (Attention form : forms) {
      int nq = form.batch() * form.queries() * form.heads() * form.width();
      int nk = form.batch() * form.positions() * form.heads() * form.width();
      int np = form.batch() * form.heads() * form.queries() * form.positions();
      add(
          form.toString(),
          2e-6,
          b -> {
            Span q = span(b, numbers("q", nq));
            Span k = span(b, numbers("k", nk));
            Span v = span(b, numbers("v", nk));
            Span y = span(b, new float[nq]);
            Span p = span(b, numbers("p", np));
            Span bias = form.bias() == null ? null : span(b, masked(numbers("bias", np)));
            b.attention(form, q, k, v, bias, y, p);
            Span dq = span(b, new float[nq]);
            Span dk = span(b, new float[nk]);
            Span dv = span(b, new float[nk]);
            Span e = form.queries() == 7 ? null : span(b, new float[np]);
            b.attentionBackward(form, q, k, v, p, span(b, numbers("g", nq)), dq, dk, dv, e);
            return join(
                read(b, y, nq),
                read(b, p, np),
                read(b, dq, nq),
                read(b, dk, nk),
                read(b, dv, nk),
                e == null ? new float[0] : read(b, e, np));
          });
    }
  }
}
