package org.genlab.compute.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.genlab.tensor.backend.Binary;
import org.genlab.tensor.backend.ErrorFunction;
import org.genlab.tensor.backend.ScalarBackend;
import org.genlab.tensor.backend.Unary;
import org.junit.jupiter.api.Test;

class FunctionsTest {
  /** Every so manieth float is a sample: of all signs, exponents and mantissas. */
  private static final int STEP = 19_937;

  private static float[] samples() {
    float[] x = new float[(int) ((1L << 32) / STEP)];
    for (int i = 0; i < x.length; i++) {
      x[i] = Float.intBitsToFloat(i * STEP);
    }
    return x;
  }

  /** From 0 to 2 of both signs, each exponent as often: where differences of large terms cancel. */
  private static float[] small() {
    int step = 7919;
    int n = Float.floatToIntBits(2) / step;
    float[] x = new float[2 * n];
    for (int i = 0; i < n; i++) {
      x[i] = Float.intBitsToFloat(i * step + 1);
      x[n + i] = -x[i];
    }
    return x;
  }

  /** The floats next to places of both signs, such as those at which an algorithm changes. */
  private static float[] around(double... places) {
    int reach = 5000;
    float[] x = new float[2 * places.length * (2 * reach + 1)];
    int at = 0;
    for (double place : places) {
      int bits = Float.floatToIntBits((float) place);
      for (int i = -reach; i <= reach; i++) {
        x[at] = Float.intBitsToFloat(bits + i);
        x[at + 1] = -x[at];
        at += 2;
      }
    }
    return x;
  }

  /** Over all floats, more densely near 0, and float by float around places. */
  private static void everywhere(
      double ulps, Unary function, DoubleUnaryOperator exact, double... places) {
    within(ulps, function, exact);
    within(ulps, function, exact, small());
    within(ulps, function, exact, around(places));
  }

  private static float[] apply(Unary function, float[] x) {
    float[] y = new float[x.length];
    UnaryLoops.apply(function, 0, 0, x, 0, y, 0, x.length);
    return y;
  }

  /** The largest error in units in the last place of the exact result. */
  private static void within(double ulps, Unary function, DoubleUnaryOperator exact) {
    within(ulps, function, exact, samples());
  }

  private static void within(double ulps, Unary function, DoubleUnaryOperator exact, float[] x) {
    float[] y = apply(function, x);
    double worst = 0;
    float where = 0;
    for (int i = 0; i < x.length; i++) {
      double expected = exact.applyAsDouble(x[i]);
      double error;
      if (Double.isNaN(expected)) {
        error = Float.isNaN(y[i]) ? 0 : Double.POSITIVE_INFINITY;
      } else if (Float.isInfinite((float) expected) || Float.isInfinite(y[i])) {
        error = (float) expected == y[i] ? 0 : Double.POSITIVE_INFINITY;
      } else {
        error = Math.abs(y[i] - expected) / Math.ulp((float) expected);
        error = Float.isNaN(y[i]) ? Double.POSITIVE_INFINITY : error;
      }
      if (error > worst) {
        worst = error;
        where = x[i];
      }
    }
    double found = worst;
    float at = where;
    assertTrue(worst <= ulps, () -> function + " is wrong by " + found + " ulp at " + at);
  }

  @Test
  void expIsAccurate() {
    // halves of log 2, where it reduces, and where results become infinite, not normal, and 0
    double ln2 = StrictMath.log(2);
    everywhere(
        1.5,
        Unary.EXP,
        StrictMath::exp,
        ln2 / 2,
        1.5 * ln2,
        2.5 * ln2,
        88.7228,
        87.3365,
        103.9721,
        89);
  }

  @Test
  void logIsAccurate() {
    // near the zero, where mantissas wrap around, and where numbers are no longer normal
    everywhere(1.5, Unary.LOG, StrictMath::log, 1, 2.0 / 3, 4.0 / 3, 2, 0x1p-126, 0x1p-149 * 6000);
  }

  @Test
  void logOfOneNumberIsThatOfVectors() {
    float[] x = samples();
    float[] y = apply(Unary.LOG, x);
    for (int i = 0; i < x.length; i++) {
      assertEquals(
          Float.floatToIntBits(y[i]), Float.floatToIntBits(Functions.log(x[i])), "log " + x[i]);
    }
  }

  @Test
  void tanhIsAccurate() {
    everywhere(2.5, Unary.TANH, StrictMath::tanh, 0.625, 1, 9.01, 44.5);
  }

  @Test
  void sigmoidIsAccurate() {
    everywhere(3, Unary.SIGMOID, x -> 1 / (1 + StrictMath.exp(-x)), 1, 16.6, 87.3365, 103.9721);
  }

  @Test
  void expm1IsAccurate() {
    everywhere(3.5, Unary.EXPM1, StrictMath::expm1, 0.5, 1, 17.3, 88.7228);
  }

  @Test
  void erfIsAccurate() {
    everywhere(1.5, Unary.ERF, ErrorFunction::erf, 0.9, 2, 3.92, 10);
  }

  @Test
  void geluErfIsAccurate() {
    float[] x = samples();
    float[] y = apply(Unary.GELU_ERF, x);
    for (int i = 0; i < x.length; i++) {
      if (x[i] < -12.9) {
        double exact = Double.isInfinite(x[i]) ? Double.NaN : x[i] * ErrorFunction.normal(x[i]);
        assertEquals(exact, y[i], 0x1p-142, "at " + x[i]);
        x[i] = 0;
      }
    }
    within(8, Unary.GELU_ERF, v -> v * ErrorFunction.normal(v), x);
    float[] near = new float[400_001];
    for (int i = 0; i < near.length; i++) {
      near[i] = (i - 120_000) * 1e-4f;
    }
    within(8, Unary.GELU_ERF, v -> v * ErrorFunction.normal(v), near);
    within(8, Unary.GELU_ERF, v -> v * ErrorFunction.normal(v), small());
    within(8, Unary.GELU_ERF, v -> v * ErrorFunction.normal(v), around(1, 5.5, 12.89));
    within(1.5, Unary.ERF, ErrorFunction::erf, near);
  }

  @Test
  void siluIsAccurate() {
    float[] x = samples();
    float[] y = apply(Unary.SILU, x);
    for (int i = 0; i < x.length; i++) {
      if (x[i] < -87) {
        double exact = Double.isInfinite(x[i]) ? Double.NaN : x[i] / (1 + StrictMath.exp(-x[i]));
        assertEquals(exact, y[i], 0x1p-142);
        x[i] = 0;
      }
    }
    within(4, Unary.SILU, v -> v / (1 + StrictMath.exp(-v)), x);
    within(4, Unary.SILU, v -> v / (1 + StrictMath.exp(-v)), small());
    within(4, Unary.SILU, v -> v / (1 + StrictMath.exp(-v)), around(1, 16.6, 86.9));
  }

  @Test
  void softplusIsAccurate() {
    everywhere(
        3,
        Unary.SOFTPLUS,
        x -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x))),
        1,
        16.6,
        87.3365,
        103.9721);
  }

  @Test
  void geluAndTheSlopesAreAccurate() {
    int n = 400_001;
    float[] x = new float[n];
    float[] ones = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (i - n / 2) * 1e-4f;
      ones[i] = 1;
    }
    float[] gelu = apply(Unary.GELU, x);
    float[] slope = new float[n];
    BinaryLoops.apply(Binary.GELU_BACKWARD, ones, 0, x, 0, slope, 0, n);
    float[] erfSlope = new float[n];
    BinaryLoops.apply(Binary.GELU_ERF_BACKWARD, ones, 0, x, 0, erfSlope, 0, n);
    float[] siluSlope = new float[n];
    BinaryLoops.apply(Binary.SILU_BACKWARD, ones, 0, x, 0, siluSlope, 0, n);
    for (int i = 0; i < n; i++) {
      float v = x[i];
      // 1 + tanh u = 2 / (1 + e^-2u), without its cancellation
      double u = 2 * Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * (double) v * v);
      double expected = v / (1 + StrictMath.exp(-u));
      double error = Math.abs(gelu[i] - expected);
      double ulp = Math.ulp((float) expected);
      assertTrue(v >= -1 ? error <= 4 * ulp : error <= 0x1p-23 * -v, () -> "gelu at " + v);
      assertTrue(error <= 150 * Math.max(ulp, 1e-35), () -> "gelu at " + v);
      assertEquals(ScalarBackend.apply(Binary.GELU_BACKWARD, 1, v), slope[i], 0x1p-21);
      float exactErf = ScalarBackend.apply(Binary.GELU_ERF_BACKWARD, 1, v);
      assertEquals(exactErf, erfSlope[i], 0x1p-21, "at " + v);
      assertEquals(ScalarBackend.apply(Binary.SILU_BACKWARD, 1, v), siluSlope[i], 0x1p-22);
    }
  }

  /** Each exponent down to the smallest: the steps above reach 1e-4. */
  @Test
  void geluIsAccurateNearZero() {
    float[] x = small();
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.max(x[i], -1);
    }
    double linear = 2 * Math.sqrt(2 / Math.PI);
    within(4, Unary.GELU, v -> v / (1 + StrictMath.exp(-linear * (v + 0.044715 * v * v * v))), x);
  }

  @Test
  void limitsAreExact() {
    float[] x = {Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, Float.NaN, 0, -0f};
    float inf = Float.POSITIVE_INFINITY;
    assertBits(new float[] {0, inf, Float.NaN, 1, 1}, apply(Unary.EXP, x));
    assertBits(new float[] {Float.NaN, inf, Float.NaN, -inf, -inf}, apply(Unary.LOG, x));
    assertBits(new float[] {-1, 1, Float.NaN, 0, -0f}, apply(Unary.TANH, x));
    assertBits(new float[] {0, 1, Float.NaN, 0.5f, 0.5f}, apply(Unary.SIGMOID, x));
    assertBits(new float[] {0, inf, Float.NaN, 0, 0}, apply(Unary.RELU, x));
    assertBits(new float[] {-1, inf, Float.NaN, 0, -0f}, apply(Unary.EXPM1, x));
    assertBits(new float[] {-1, 1, Float.NaN, 0, -0f}, apply(Unary.ERF, x));
    assertBits(new float[] {-inf, inf, Float.NaN, 0, -0f}, apply(Unary.FLOOR, x));
    assertBits(new float[] {-inf, inf, Float.NaN, 0, -0f}, apply(Unary.ROUND, x));
    float ln2 = (float) StrictMath.log(2);
    assertBits(new float[] {0, inf, Float.NaN, ln2, ln2}, apply(Unary.SOFTPLUS, x));
    assertEquals(0, apply(Unary.LOG, new float[] {1})[0]);
  }

  private static void assertBits(float[] expected, float[] actual) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], "at " + i);
    }
  }

  @Test
  void bitsDoNotDependOnThePlace() {
    float[] x = KernelCases.numbers("x", 67);
    for (Unary function : Unary.values()) {
      float[] together = new float[67];
      UnaryLoops.apply(function, -0.5f, 1.5f, x, 0, together, 0, 67);
      for (int i = 0; i < 67; i++) {
        float[] alone = new float[1];
        UnaryLoops.apply(function, -0.5f, 1.5f, x, i, alone, 0, 1);
        assertEquals(together[i], alone[0], function + " at " + i);
      }
    }
  }
}
