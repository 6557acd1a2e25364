package org.genlab.tensor.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.genlab.tensor.backend.Attention;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Binary;
import org.genlab.tensor.backend.Buffer;
import org.genlab.tensor.backend.Gemm;
import org.genlab.tensor.backend.Reduction;
import org.genlab.tensor.backend.ScalarBackend;
import org.genlab.tensor.backend.Span;
import org.genlab.tensor.backend.Unary;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What the kernels of every backend must give: the bits of the plain backend where nothing but
 * arithmetic is involved, nearly its values where a transcendental function is; the same bits for
 * any number of threads; and nothing written outside the outputs.
 */
public abstract class KernelContract {
  /** Makes the backend under test. */
  protected abstract Backend create(int threads);

  /**
   * How far results may lie from the plain backend's, as a part of the largest; 0 for its bits. A
   * backend that promises no bits allows more.
   *
   * @param contract what is allowed to backends that promise them
   */
  protected double tolerance(double contract) {
    return contract;
  }

  /** Arrays with random content in the memory of a backend, surrounded by more of it. */
  private static final class Arena {
    private final Backend backend;
    private final Random random;
    private final List<Buffer> buffers = new ArrayList<>();
    private final List<int[]> numbers = new ArrayList<>();

    Arena(Backend backend, long seed) {
      this.backend = backend;
      this.random = new Random(seed);
    }

    Span array(int n) {
      return array(n, 1);
    }

    /** Uniform numbers; outputs take it too, as junk to be replaced or added to. */
    Span array(int n, double scale) {
      int offset = random.nextInt(20);
      float[] values = new float[offset + n + random.nextInt(20)];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (scale * (3 * random.nextFloat() - 1.5));
      }
      Buffer buffer = backend.allocate(values.length);
      buffers.add(buffer);
      backend.write(values, 0, new Span(buffer, 0), values.length);
      return new Span(buffer, offset);
    }

    Span positive(int n) {
      Span span = array(n);
      backend.unary(Unary.ABS, 0, 0, span, span, n);
      backend.unary(Unary.ADD, 0.1f, 0, span, span, n);
      return span;
    }

    int[] ints(int n, int from, int to) {
      int[] values = new int[n];
      Arrays.setAll(values, i -> from + random.nextInt(to - from));
      return values;
    }

    void keep(int[] result) {
      numbers.add(result);
    }

    List<float[]> contents() {
      List<float[]> contents = new ArrayList<>();
      for (Buffer buffer : buffers) {
        float[] values = new float[buffer.length()];
        backend.read(new Span(buffer, 0), values, 0, values.length);
        contents.add(values);
      }
      return contents;
    }
  }

  /** A use of a kernel. */
  private interface Trial {
    void run(Backend b, Arena a);
  }

  private final List<DynamicTest> tests = new ArrayList<>();

  /** Bits as the plain backend has them. */
  private void exact(String name, Trial trial) {
    add(name, 0, trial);
  }

  /** Nearly the plain backend's values. */
  private void close(String name, Trial trial) {
    add(name, 3e-6, trial);
  }

  private void add(String name, double tolerance, Trial trial) {
    tests.add(DynamicTest.dynamicTest(name, () -> compare(name, tolerance(tolerance), trial)));
  }

  private void compare(String name, double tolerance, Trial trial) {
    Arena expected = run(new ScalarBackend(), name.hashCode(), trial);
    List<float[]> plain = expected.contents();
    List<float[]> first = null;
    for (int threads : new int[] {1, 3}) {
      try (Backend backend = create(threads)) {
        Arena actual = run(backend, name.hashCode(), trial);
        List<float[]> contents = actual.contents();
        for (int i = 0; i < plain.size(); i++) {
          compare(plain.get(i), contents.get(i), tolerance, "array " + i);
          if (first != null) {
            compare(first.get(i), contents.get(i), tolerance(0), "threads, array " + i);
          }
        }
        for (int i = 0; i < expected.numbers.size(); i++) {
          assertArrayEquals(expected.numbers.get(i), actual.numbers.get(i));
        }
        first = contents;
      }
    }
  }

  private static Arena run(Backend backend, long seed, Trial trial) {
    Arena arena = new Arena(backend, seed);
    trial.run(backend, arena);
    return arena;
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToIntBits(values[i]));
    return bits;
  }

  private static void compare(float[] expected, float[] actual, double tolerance, String what) {
    if (tolerance == 0) {
      int[] e = bits(expected);
      int[] a = bits(actual);
      for (int i = 0; i < e.length; i++) {
        if (e[i] != a[i]) {
          assertEquals(expected[i], actual[i], what + " at " + i);
          assertEquals(e[i], a[i], what + ", bits at " + i);
        }
      }
      return;
    }
    double scale = 0.01;
    for (float e : expected) {
      scale = Float.isFinite(e) ? Math.max(scale, Math.abs(e)) : scale;
    }
    for (int i = 0; i < expected.length; i++) {
      assertEquals((double) expected[i], actual[i], tolerance * scale, what + " at " + i);
    }
  }

  private static final int[] SIZES = {0, 1, 2, 7, 8, 15, 16, 17, 33, 100, 8191, 8193, 20011};

  private static boolean isArithmetic(Unary f) {
    return switch (f) {
      case NEGATE,
          ABS,
          SIGN,
          SQRT,
          SQUARE,
          RECIPROCAL,
          RELU,
          CLAMP,
          ADD,
          MULTIPLY,
          GREATER,
          FLOOR,
          ROUND ->
          true;
      case EXP,
          EXPM1,
          LOG,
          LOG1P,
          SIN,
          COS,
          ERF,
          TANH,
          SIGMOID,
          GELU,
          GELU_ERF,
          SILU,
          SOFTPLUS,
          POW ->
          false;
    };
  }

  private static boolean isArithmetic(Binary f) {
    return switch (f) {
      case GELU_BACKWARD, GELU_ERF_BACKWARD, SILU_BACKWARD, SOFTPLUS_BACKWARD -> false;
      default -> true;
    };
  }

  private void pointwise() {
    for (int n : SIZES) {
      for (Unary f : Unary.values()) {
        boolean positive =
            switch (f) {
              case LOG, LOG1P, SQRT, POW -> true;
              default -> false;
            };
        add(
            f + " of " + n,
            isArithmetic(f) ? 0 : 3e-6,
            (b, a) -> {
              Span x = positive ? a.positive(n) : a.array(n, 3);
              b.unary(f, f == Unary.CLAMP ? -0.5f : 1.5f, 2f, x, a.array(n), n);
              b.unary(f, f == Unary.CLAMP ? -0.5f : 1.5f, 2f, x, x, n);
            });
      }
      for (Binary f : Binary.values()) {
        add(
            f + " of " + n,
            isArithmetic(f) ? 0 : 3e-6,
            (b, a) -> {
              Span x = a.array(n, 3);
              Span y = a.positive(n);
              b.binary(f, x, y, a.array(n), n);
              b.binary(f, y, x, y, n);
              b.binary(f, x, x, x, n);
            });
      }
      exact(
          "memory of " + n,
          (b, a) -> {
            Span x = a.array(n);
            Span y = a.array(n);
            b.axpy(0.3f, x, y, n);
            b.axpy(1, x, y, n);
            b.fill(0.7f, a.array(n), n);
            b.copy(x, a.array(n), n);
            b.select(b.allFinite(x, n) ? y : x, x, y, a.array(n), n);
            b.dropoutMask(123456789012345L, -5, 0.3, a.array(n), n);
            b.dropoutMask(-1, 1L << 40, 0.999, a.array(n), n);
          });
      exact(
          "host kernel over " + n,
          (b, a) -> {
            Buffer[] in = {b.allocate(n), b.allocate(n + 3)};
            Buffer[] out = {b.allocate(n), b.allocate(n)};
            Span x = a.array(n);
            b.copy(x, new Span(in[0], 0), n);
            b.unary(Unary.SQUARE, 0, 0, x, new Span(in[1], 0), n);
            b.elementwise(
                (i, o, from, to) -> {
                  for (int j = from; j < to; j++) {
                    o[0][j] = i[0][j] + i[1][j];
                    o[1][j] = i[0][j] * 3;
                  }
                },
                in,
                out,
                n);
            b.copy(new Span(out[0], 0), a.array(n), n);
            b.copy(new Span(out[1], 0), a.array(n), n);
          });
      exact(
          "sums of " + n,
          (b, a) -> {
            b.reduce(Reduction.SUM, a.array(n), a.array(1), 1, n, 1, false);
            b.reduce(Reduction.SUM, a.array(n), a.array(1), 1, n, 1, true);
            b.reduce(Reduction.MAX, a.array(n), a.array(1), 1, n, 1, false);
            b.dot(a.array(n), a.array(n), a.array(1), n);
          });
    }
    int[][][] forms = {
      // dimensions, strides of a, strides of b
      {{1000}, {1}, {0}},
      {{1000}, {0}, {1}},
      {{1}, {1}, {1}},
      {{70, 33}, {33, 1}, {0, 1}},
      {{70, 33}, {0, 1}, {33, 1}},
      {{70, 33}, {33, 1}, {1, 0}},
      {{70, 33}, {1, 0}, {33, 1}},
      {{17, 19}, {1, 0}, {0, 1}},
      {{17, 19}, {0, 1}, {1, 0}},
      {{5, 3, 17}, {51, 17, 1}, {17, 0, 1}},
      {{5, 3, 17}, {3, 1, 0}, {51, 17, 1}},
      {{2, 3, 2, 5}, {5, 0, 0, 1}, {0, 2, 1, 0}},
      {{300, 300}, {300, 1}, {0, 1}},
    };
    for (int[][] f : forms) {
      for (Binary function : new Binary[] {Binary.ADD, Binary.SUBTRACT, Binary.DIVIDE}) {
        exact(
            function + " broadcast " + Arrays.deepToString(f),
            (b, a) ->
                b.broadcast(
                    function,
                    f[0],
                    a.array(reach(f[0], f[1])),
                    f[1],
                    a.array(reach(f[0], f[2])),
                    f[2],
                    a.array(Reference.product(f[0]))));
      }
    }
    int[][][] moves = {
      // dimensions, strides of x, strides of y
      {{70, 33}, {1, 70}, {33, 1}},
      {{33, 70}, {70, 1}, {1, 33}},
      {{100}, {3}, {1}},
      {{100}, {0}, {1}},
      {{5, 7, 3, 16}, {336, 16, 112, 1}, {336, 48, 16, 1}},
      {{2, 3, 4}, {1, 2, 6}, {12, 4, 1}},
      {{9, 5}, {5, 1}, {20, 1}},
      {{9, 5}, {20, 1}, {5, 1}},
      {{9, 5}, {0, 1}, {5, 1}},
      {{9, 5}, {1, 0}, {5, 1}},
      {{400, 300}, {1, 400}, {300, 1}},
    };
    for (int[][] f : moves) {
      for (boolean accumulate : new boolean[] {false, true}) {
        exact(
            "move " + Arrays.deepToString(f) + accumulate,
            (b, a) ->
                b.move(
                    f[0],
                    a.array(reach(f[0], f[1])),
                    f[1],
                    a.array(reach(f[0], f[2])),
                    f[2],
                    accumulate));
      }
    }
  }

  private static int reach(int[] dimensions, int[] strides) {
    int reach = 1;
    for (int d = 0; d < dimensions.length; d++) {
      reach += (dimensions[d] - 1) * strides[d];
    }
    return reach;
  }

  private void reductions() {
    int[][] sizes = {
      {3, 5, 1}, {7, 16, 1}, {100, 97, 1}, {2, 20000, 1}, {1, 5, 3}, {1, 64, 17}, {1, 65, 17},
      {1, 130, 128}, {3, 200, 33}, {2, 0, 1}, {2, 0, 3}, {0, 3, 2}, {1, 2000, 300}, {5, 1, 4},
      {2000, 128, 1}, {40, 70, 50},
    };
    for (int[] s : sizes) {
      int n = s[0] * s[1] * s[2];
      int m = s[0] * s[2];
      exact(
          "reduce " + Arrays.toString(s),
          (b, a) -> {
            Span x = a.array(n);
            b.reduce(Reduction.SUM, x, a.array(m), s[0], s[1], s[2], false);
            b.reduce(Reduction.SUM, x, a.array(m), s[0], s[1], s[2], true);
            b.reduce(Reduction.MAX, x, a.array(m), s[0], s[1], s[2], false);
            if (s[1] > 0) {
              b.unary(Unary.CLAMP, -1, 1, x, x, n);
              int[] winners = new int[m];
              b.argMax(x, winners, s[0], s[1], s[2]);
              a.keep(winners);
            }
          });
    }
  }

  private void matrices() {
    int[][] sizes = {
      {1, 1, 1}, {3, 4, 5}, {6, 16, 8}, {7, 17, 9}, {1, 40, 30}, {40, 1, 30}, {40, 30, 1},
      {13, 33, 64}, {64, 64, 64}, {65, 129, 70}, {130, 100, 600}, {4, 5, 0}, {0, 3, 2}, {3, 0, 2},
      {5, 97, 128}, {33, 15, 257}, {2, 16, 1100},
    };
    for (int[] s : sizes) {
      int m = s[0];
      int n = s[1];
      int k = s[2];
      for (int t = 0; t < 8; t++) {
        boolean ta = (t & 1) != 0;
        boolean tb = (t & 2) != 0;
        boolean accumulate = (t & 4) != 0;
        exact(
            "gemm " + Arrays.toString(s) + ta + tb + accumulate,
            (b, a) -> {
              b.gemm(
                  Gemm.of(ta, tb, m, n, k, accumulate),
                  a.array(m * k),
                  a.array(k * n),
                  accumulate ? null : a.array(n),
                  a.array(m * n));
              if (m * n * k < 10000) {
                b.gemm(
                    Gemm.batched(ta, tb, m, n, k, 3, m * k, 0, accumulate),
                    a.array(3 * m * k),
                    a.array(k * n),
                    null,
                    a.array(3 * m * n));
                b.gemm(
                    Gemm.batched(ta, tb, m, n, k, 3, 0, k * n, accumulate),
                    a.array(m * k),
                    a.array(3 * k * n),
                    a.array(n),
                    a.array(3 * m * n));
                int lda = (ta ? m : k) + 3;
                int ldb = (tb ? k : n) + 2;
                int ldc = n + 5;
                b.gemm(
                    new Gemm(
                        ta,
                        tb,
                        m,
                        n,
                        k,
                        lda,
                        ldb,
                        ldc,
                        2,
                        1000 + lda * (m + k),
                        0,
                        ldc * m + 1,
                        accumulate),
                    a.array(1000 + 2 * lda * (m + k)),
                    a.array(ldb * (n + k)),
                    null,
                    a.array(2 * ldc * m + 1));
              }
            });
      }
    }
    exact(
        "many small products",
        (b, a) ->
            b.gemm(
                Gemm.batched(false, true, 5, 6, 8, 500, 40, 48, false),
                a.array(500 * 40),
                a.array(500 * 48),
                null,
                a.array(500 * 30)));
    for (int width : new int[] {1, 5, 16, 33, 128}) {
      exact(
          "rows of width " + width,
          (b, a) -> {
            int[] rows = a.ints(300, 0, 20);
            Span values = a.array(300 * width);
            b.gatherRows(a.array(20 * width), rows, values, 300, width);
            b.scatterAddRows(a.array(300 * width), rows, a.array(20 * width), 300, width);
            b.scatterAddRows(values, rows, a.array(20 * width), 0, width);
          });
    }
  }

  private void rows() {
    int[][] sizes = {
      {3, 1},
      {5, 4},
      {4, 16},
      {7, 17},
      {33, 97},
      {2, 9000},
      {0, 3},
      {3000, 33},
      {130, 128},
      {1, 65},
    };
    for (int[] s : sizes) {
      int rows = s[0];
      int n = s[1];
      String name = " " + rows + " x " + n;
      close(
          "softmax" + name,
          (b, a) -> {
            Span x = a.array(rows * n, 4);
            b.softmax(x, a.array(rows * n), rows, n);
            b.logSoftmax(x, a.array(rows * n), rows, n);
            b.softmax(x, x, rows, n);
          });
      exact(
          "softmax backward" + name,
          (b, a) -> {
            Span g = a.array(rows * n);
            Span y = a.array(rows * n);
            b.softmaxBackward(y, g, a.array(rows * n), rows, n);
            b.softmaxBackward(y, g, g, rows, n);
          });
      close(
          "logSoftmax backward" + name,
          (b, a) -> {
            Span g = a.array(rows * n);
            Span y = a.array(rows * n);
            b.logSoftmaxBackward(y, g, a.array(rows * n), rows, n);
            b.logSoftmaxBackward(y, g, g, rows, n);
          });
      close(
          "crossEntropy" + name,
          (b, a) -> {
            Span x = a.array(rows * n, 3);
            int[] labels = a.ints(rows, -1, n);
            Span total = a.array(rows);
            b.crossEntropy(x, labels, a.array(rows), total, rows, n);
            b.crossEntropyBackward(x, labels, total, a.array(rows), a.array(rows * n), rows, n);
          });
      exact(
          "layerNorm" + name,
          (b, a) -> {
            Span x = a.array(rows * n);
            Span scale = a.array(n);
            Span mean = a.array(rows);
            Span rstd = a.array(rows);
            b.layerNorm(x, scale, a.array(n), 1e-5, a.array(rows * n), mean, rstd, rows, n);
            Span g = a.array(rows * n);
            for (int wanted = 0; wanted < 8; wanted++) {
              b.layerNormBackward(
                  x,
                  scale,
                  mean,
                  rstd,
                  g,
                  (wanted & 1) == 0 ? null : a.array(rows * n),
                  (wanted & 2) == 0 ? null : a.array(n),
                  (wanted & 4) == 0 ? null : a.array(n),
                  wanted % 3 == 0,
                  rows,
                  n);
            }
          });
    }
    int[][] forms = {
      // batch, queries, positions, heads, width
      {1, 1, 1, 1, 1},
      {2, 5, 5, 4, 32},
      {3, 1, 5, 2, 8},
      {2, 4, 2, 3, 5},
      {2, 17, 17, 1, 16},
      {1, 64, 64, 2, 33},
      {40, 5, 5, 4, 32},
      {0, 3, 3, 1, 2},
      {5, 3, 33, 2, 7},
    };
    for (int[] f : forms) {
      for (boolean causal : new boolean[] {false, true}) {
        Attention form = new Attention(f[0], f[1], f[2], f[3], f[4], causal);
        int q = f[0] * f[1] * f[3] * f[4];
        int k = f[0] * f[2] * f[3] * f[4];
        int p = f[0] * f[3] * f[1] * f[2];
        close(
            "attention " + form,
            (b, a) ->
                b.attention(
                    form, a.array(q), a.array(k), a.array(k), null, a.array(q), a.array(p)));
        exact(
            "attention backward " + form,
            (b, a) -> {
              Span probabilities = a.array(p);
              // Invisible positions have probability 0, as the forward pass leaves them.
              for (int row = 0; row < f[0] * f[3] * f[1]; row++) {
                int visible = form.visible(row % f[1]);
                b.fill(0, probabilities.plus(row * f[2] + visible), f[2] - visible);
              }
              b.attentionBackward(
                  form,
                  a.array(q),
                  a.array(k),
                  a.array(k),
                  probabilities,
                  a.array(q),
                  a.array(q),
                  a.array(k),
                  a.array(k),
                  a.array(p));
            });
      }
    }
  }

  /** All kernels. */
  @TestFactory
  Stream<DynamicTest> kernels() {
    pointwise();
    reductions();
    matrices();
    rows();
    return tests.stream();
  }

  /** Functions over their whole range, beside the values of the plain backend. */
  @Test
  void functionsAreAccurateEverywhere() {
    float[] xs = new float[20001];
    for (int i = 0; i < xs.length; i++) {
      xs[i] = (i - 10000) * 0.01f;
    }
    List<Unary> functions =
        List.of(
            Unary.EXP,
            Unary.LOG,
            Unary.TANH,
            Unary.SIGMOID,
            Unary.SOFTPLUS,
            Unary.GELU,
            Unary.GELU_ERF,
            Unary.ERF,
            Unary.EXPM1,
            Unary.LOG1P,
            Unary.SIN,
            Unary.COS,
            Unary.FLOOR,
            Unary.ROUND,
            Unary.SILU);
    likePlain(functions, xs, 2e-7);
  }

  /** Infinities, NaN and the ends of the range. */
  @Test
  void functionsHaveLimits() {
    float inf = Float.POSITIVE_INFINITY;
    float[] xs = {
      Float.NaN,
      inf,
      -inf,
      0f,
      -0f,
      1000,
      -1000,
      Float.MIN_NORMAL,
      Float.MAX_VALUE,
      -Float.MAX_VALUE
    };
    List<Unary> functions =
        List.of(
            Unary.EXP,
            Unary.LOG,
            Unary.TANH,
            Unary.SIGMOID,
            Unary.SOFTPLUS,
            Unary.EXPM1,
            Unary.LOG1P,
            Unary.ERF,
            Unary.FLOOR,
            Unary.ROUND,
            Unary.RELU,
            Unary.SQRT,
            Unary.ABS,
            Unary.SIGN,
            Unary.RECIPROCAL,
            Unary.SQUARE,
            Unary.GREATER);
    likePlain(functions, xs, 1e-37);
  }

  private void likePlain(List<Unary> functions, float[] xs, double absolute) {
    try (Backend backend = create(1);
        Backend plain = new ScalarBackend()) {
      for (Unary f : functions) {
        float[] expected = apply(plain, f, xs);
        float[] actual = apply(backend, f, xs);
        for (int i = 0; i < xs.length; i++) {
          double delta = Float.isFinite(expected[i]) ? 1e-6 * Math.abs(expected[i]) + absolute : 0;
          assertEquals((double) expected[i], actual[i], delta, f + " of " + xs[i]);
        }
      }
    }
  }

  private static float[] apply(Backend backend, Unary f, float[] xs) {
    Buffer buffer = backend.allocate(xs.length);
    Span span = new Span(buffer, 0);
    backend.write(xs, 0, span, xs.length);
    backend.unary(f, 0, 0, span, span, xs.length);
    float[] ys = new float[xs.length];
    backend.read(span, ys, 0, ys.length);
    backend.free(buffer);
    return ys;
  }

  /** A function has the same bits wherever its argument stands in an array. */
  @Test
  void placesDoNotMatter() {
    try (Backend backend = create(2)) {
      for (Unary f : Unary.values()) {
        float[] xs = new float[53];
        for (int i = 0; i < xs.length; i++) {
          xs[i] = 0.3f + 0.37f * i;
        }
        float[] all = apply(backend, f, xs);
        for (int i = 0; i < xs.length; i++) {
          compare(
              apply(backend, f, new float[] {xs[i]}),
              new float[] {all[i]},
              tolerance(0),
              f + " of " + xs[i]);
        }
      }
    }
  }

  /** A single NaN or infinity is found wherever it is. */
  @Test
  void allFiniteFindsEveryPlace() {
    try (Backend backend = create(2)) {
      for (int n : new int[] {1, 17, 40, 9000}) {
        for (int bad = 0; bad < n; bad += Math.max(1, n / 41)) {
          float[] values = new float[n];
          Span span = new Span(backend.allocate(n), 0);
          backend.write(values, 0, span, n);
          assertTrue(backend.allFinite(span, n));
          values[bad] = bad % 2 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY;
          backend.write(values, 0, span, n);
          assertTrue(!backend.allFinite(span, n), bad + " of " + n);
        }
      }
    }
  }

  /** A backend serves several threads at once. */
  @Test
  void threadsMayShareABackend() throws InterruptedException {
    try (Backend backend = create(2)) {
      Trial trial =
          (b, a) -> {
            for (int i = 0; i < 5; i++) {
              b.gemm(
                  Gemm.of(false, false, 60, 70, 50, false),
                  a.array(3000),
                  a.array(3500),
                  null,
                  a.array(4200));
              b.reduce(Reduction.SUM, a.array(100000), a.array(1000), 1000, 100, 1, false);
            }
          };
      List<float[]> expected = run(new ScalarBackend(), 7, trial).contents();
      List<List<float[]>> results = Collections.synchronizedList(new ArrayList<>());
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Thread thread = new Thread(() -> results.add(run(backend, 7, trial).contents()));
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(3, results.size());
      for (List<float[]> result : results) {
        for (int i = 0; i < expected.size(); i++) {
          compare(expected.get(i), result.get(i), tolerance(0), "array " + i);
        }
      }
    }
  }
}
