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
    within(1.5, Unary.EXP, StrictMath::exp);
  }

  @Test
  void logIsAccurate() {
    within(1.5, Unary.LOG, StrictMath::log);
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
    within(2.5, Unary.TANH, StrictMath::tanh);
  }

  @Test
  void sigmoidIsAccurate() {
    within(3, Unary.SIGMOID, x -> 1 / (1 + StrictMath.exp(-x)));
  }

  @Test
  void expm1IsAccurate() {
    within(3.5, Unary.EXPM1, StrictMath::expm1);
  }

  @Test
  void erfIsAccurate() {
    within(1.5, Unary.ERF, ErrorFunction::erf);
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
  }

  @Test
  void softplusIsAccurate() {
    within(3, Unary.SOFTPLUS, x -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x))));
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
