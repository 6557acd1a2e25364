package org.genlab.tensor.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The orders of operations that {@link Backend} prescribes, spelt out, and the functions. */
class ScalarBackendTest {
  private final Backend backend = new ScalarBackend();

  private static Span span(float... values) {
    return new Span(new HostBuffer(values), 0);
  }

  private static float[] random(int n) {
    Random random = new Random(n);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float tree(float[] lane) {
    float a = (lane[0] + lane[8]) + (lane[4] + lane[12]);
    float b = (lane[2] + lane[10]) + (lane[6] + lane[14]);
    float c = (lane[1] + lane[9]) + (lane[5] + lane[13]);
    float d = (lane[3] + lane[11]) + (lane[7] + lane[15]);
    return (a + b) + (c + d);
  }

  @Test
  void sumsOverARowGoInSixteenLanes() {
    float[] x = random(50);
    float[] lane = new float[16];
    for (int i = 0; i < 50; i++) {
      lane[i % 16] += x[i];
    }
    float[] y = {7};
    backend.reduce(Reduction.SUM, span(x), span(y), 1, 50, 1, false);
    assertEquals(tree(lane), y[0]);
    float before = y[0];
    backend.reduce(Reduction.SUM, span(x), span(y), 1, 50, 1, true);
    assertEquals(before + tree(lane), y[0]);
  }

  @Test
  void longRowsAreCutIntoBlocks() {
    int n = 2 * Backend.BLOCK + 5;
    float[] x = random(n);
    float total = 0;
    for (int from = 0; from < n; from += Backend.BLOCK) {
      float[] lane = new float[16];
      for (int i = from; i < Math.min(n, from + Backend.BLOCK); i++) {
        lane[i % 16] = Math.fma(x[i], x[i], lane[i % 16]);
      }
      total += tree(lane);
    }
    float[] y = {0};
    backend.dot(span(x), span(x), span(y), n);
    assertEquals(total, y[0]);
  }

  @Test
  void columnsAreSummedInBlocksOfRows() {
    int rows = Backend.ROWS + 30;
    float[] x = random(rows * 3);
    float[] y = new float[3];
    backend.reduce(Reduction.SUM, span(x), span(y), 1, rows, 3, false);
    for (int c = 0; c < 3; c++) {
      float first = 0;
      float second = 0;
      for (int r = 0; r < rows; r++) {
        if (r < Backend.ROWS) {
          first += x[r * 3 + c];
        } else {
          second += x[r * 3 + c];
        }
      }
      assertEquals(first + second, y[c]);
    }
  }

  @Test
  void matrixProductsAreChainsThatContinueWhatIsThere() {
    float[] a = random(40);
    float[] b = random(40);
    float[] c = {0.5f};
    float chain = 0.5f;
    for (int k = 0; k < 40; k++) {
      chain = Math.fma(a[k], b[k], chain);
    }
    backend.gemm(Gemm.of(false, false, 1, 1, 40, true), span(a), span(b), null, span(c));
    assertEquals(chain, c[0]);
    float[] lanes = {0};
    backend.dot(span(a), span(b), span(lanes), 40);
    assertNotEquals(chain - 0.5f, lanes[0], "the orders cannot be told apart by these numbers");
  }

  @Test
  void theLargestIsTheFirstOfEquals() {
    int[] y = new int[2];
    backend.argMax(span(1, 3, 3, 2, Float.NaN, 9), y, 2, 3, 1);
    assertArrayEquals(new int[] {1, 1}, y);
    float[] z = new float[1];
    backend.reduce(Reduction.MAX, span(), span(z), 1, 0, 1, false);
    assertEquals(Float.NEGATIVE_INFINITY, z[0]);
  }

  @Test
  void dropoutDropsAsOftenAsItSays() {
    int n = 100000;
    float[] mask = new float[n];
    backend.dropoutMask(42, 7, 0.3, span(mask), n);
    int dropped = 0;
    for (float m : mask) {
      dropped += m == 0 ? 1 : 0;
      assertEquals(m == 0 ? 0 : (float) (1 / 0.7), m);
    }
    // Five standard deviations of a binomial count.
    assertEquals(0.3 * n, dropped, 5 * Math.sqrt(0.21 * n));
  }

  @Test
  void functionsAreThoseOfMathematics() {
    check(Unary.EXP, Math::exp);
    check(Unary.LOG, x -> x > 0 ? Math.log(x) : x == 0 ? Double.NEGATIVE_INFINITY : Double.NaN);
    check(Unary.TANH, Math::tanh);
    check(Unary.SIGMOID, x -> 1 / (1 + Math.exp(-x)));
    check(Unary.SOFTPLUS, x -> x > 40 ? x : Math.log1p(Math.exp(x)));
    check(Unary.SILU, x -> x / (1 + Math.exp(-x)));
    check(Unary.RELU, x -> x > 0 ? x : 0);
    check(Unary.SIGN, x -> x > 0 ? 1 : x < 0 ? -1 : 0);
    check(Unary.SQRT, Math::sqrt);
    check(Unary.POW, x -> x * x * x);
    check(Unary.CLAMP, x -> Math.max(x, 3));
    assertEquals(Float.NaN, ScalarBackend.apply(Unary.RELU, 0, 0, Float.NaN));
    assertEquals(0, Float.floatToIntBits(ScalarBackend.apply(Unary.RELU, 0, 0, -0f)));
  }

  private static void check(Unary function, DoubleUnaryOperator exact) {
    for (int i = -800; i <= 800; i++) {
      float x = i * 0.1f;
      double expected = exact.applyAsDouble(x);
      float actual = ScalarBackend.apply(function, 3, 1e9f, x);
      double delta = Double.isFinite(expected) ? Math.abs(expected) * 1e-7 + 1e-40 : 0;
      assertEquals((double) (float) expected, actual, delta, function + " of " + x);
    }
  }

  @Test
  void derivativesAreThoseOfTheFunctions() {
    double h = 1e-3;
    for (int i = -40; i <= 40; i++) {
      float x = i * 0.1f + 0.05f;
      slope(Binary.GELU_BACKWARD, Unary.GELU, x, h);
      slope(Binary.SILU_BACKWARD, Unary.SILU, x, h);
      slope(Binary.SOFTPLUS_BACKWARD, Unary.SOFTPLUS, x, h);
      slope(Binary.RELU_BACKWARD, Unary.RELU, x, h);
      slope(Binary.ABS_BACKWARD, Unary.ABS, x, h);
      slope(Binary.SQUARE_BACKWARD, Unary.SQUARE, x, h);
    }
  }

  private static void slope(Binary rule, Unary function, float x, double h) {
    float up = ScalarBackend.apply(function, 0, 0, (float) (x + h));
    float down = ScalarBackend.apply(function, 0, 0, (float) (x - h));
    double expected = ((double) up - down) / ((double) (float) (x + h) - (float) (x - h));
    assertEquals(2 * expected, ScalarBackend.apply(rule, 2, x), 2e-3, rule + " at " + x);
  }
}
