package org.genlab.tensor.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.Test;

class ErrorFunctionTest {
  /** Digits enough for sums whose terms are 10^73 times as large as what is left of them. */
  private static final MathContext DIGITS = new MathContext(200);

  private static final BigDecimal HALF_ROOT_PI = pi().sqrt(DIGITS).divide(BigDecimal.valueOf(2));

  /** Machin's formula, pi = 16 arctan 1/5 - 4 arctan 1/239. */
  private static BigDecimal pi() {
    BigDecimal fifth = inverseArctangent(5).multiply(BigDecimal.valueOf(16));
    return fifth.subtract(inverseArctangent(239).multiply(BigDecimal.valueOf(4)));
  }

  /** arctan 1/n = sum of (-1)^k / ((2k + 1) n^(2k+1)). */
  private static BigDecimal inverseArctangent(int n) {
    BigDecimal power = BigDecimal.ONE.divide(BigDecimal.valueOf(n), DIGITS);
    BigDecimal sum = power;
    for (int k = 1; k < 150; k++) {
      power = power.divide(BigDecimal.valueOf(-(long) n * n), DIGITS);
      sum = sum.add(power.divide(BigDecimal.valueOf(2L * k + 1), DIGITS));
    }
    return sum;
  }

  /** The Maclaurin series, erf x = 2/sqrt(pi) times the sum of (-1)^n x^(2n+1) / (n! (2n + 1)). */
  private static BigDecimal erf(BigDecimal x) {
    BigDecimal square = x.multiply(x, DIGITS).negate();
    BigDecimal power = x;
    BigDecimal sum = x;
    for (int n = 1; power.abs().compareTo(x.abs().scaleByPowerOfTen(-190)) > 0; n++) {
      power = power.multiply(square, DIGITS).divide(BigDecimal.valueOf(n), DIGITS);
      sum = sum.add(power.divide(BigDecimal.valueOf(2L * n + 1), DIGITS), DIGITS);
    }
    return sum.divide(HALF_ROOT_PI, DIGITS);
  }

  private static void close(BigDecimal expected, double actual, double bound) {
    BigDecimal error = expected.subtract(new BigDecimal(actual)).abs();
    double relative = error.divide(expected.abs(), DIGITS).doubleValue();
    assertTrue(relative <= bound, () -> actual + " is wrong by " + relative);
  }

  /** Also where the series changes into the continued fraction, at 1 and at 2, and near 0. */
  @Test
  void agreesWithTheSeriesOfManyDigits() {
    double[] places = {
      1e-300, 1e-40, 1e-8, 1e-3, 0.9, 0.999, 1, 1.999999, 2, 2.000001, 2.5, 4, 7, 9.3, 13
    };
    for (double place : places) {
      for (double x : new double[] {place, -place}) {
        BigDecimal exact = erf(new BigDecimal(x));
        close(exact, ErrorFunction.erf(x), 1e-15);
        close(BigDecimal.ONE.subtract(exact), ErrorFunction.erfc(x), 2e-15 * (1 + x * x));
        BigDecimal z = new BigDecimal(x).divide(BigDecimal.valueOf(2).sqrt(DIGITS), DIGITS);
        BigDecimal two = BigDecimal.valueOf(2);
        close(BigDecimal.ONE.add(erf(z)).divide(two), ErrorFunction.normal(x), 2e-15 * (1 + x * x));
      }
    }
    for (double x = 0.05; x < 6; x += 0.0973) {
      BigDecimal exact = erf(new BigDecimal(x));
      close(exact, ErrorFunction.erf(x), 1e-15);
      close(BigDecimal.ONE.subtract(exact), ErrorFunction.erfc(x), 2e-15 * (1 + x * x));
    }
  }

  /** Values of Abramowitz and Stegun (1964), tables 7.1 and 7.3, and limits. */
  @Test
  void agreesWithTables() {
    assertEquals(0.5204998778, ErrorFunction.erf(0.5), 1e-10);
    assertEquals(0.8427007929, ErrorFunction.erf(1), 1e-10);
    assertEquals(-0.9953222650, ErrorFunction.erf(-2), 1e-10);
    assertEquals(1.537459794428035e-12, ErrorFunction.erfc(5), 1e-26);
    assertEquals(2.0884875837625446e-45, ErrorFunction.erfc(10), 1e-59);
    assertEquals(1, ErrorFunction.erf(Double.POSITIVE_INFINITY));
    assertEquals(2, ErrorFunction.erfc(Double.NEGATIVE_INFINITY));
    assertEquals(0, ErrorFunction.erfc(Double.POSITIVE_INFINITY));
    assertEquals(Double.NaN, ErrorFunction.erf(Double.NaN));
    assertEquals(0.9750021048517795, ErrorFunction.normal(1.96), 1e-15);
  }

  /** The derivative is the density, and both forms meet where they change. */
  @Test
  void differencesAreTheDensity() {
    for (double x = -6; x < 6; x += 0.01) {
      double h = 1e-4;
      double slope = (ErrorFunction.erf(x + h) - ErrorFunction.erf(x - h)) / (2 * h);
      double density = 2 / Math.sqrt(Math.PI) * Math.exp(-x * x);
      assertEquals(density, slope, 1e-7);
      assertEquals(1, ErrorFunction.erf(x) + ErrorFunction.erfc(x), 1e-14);
    }
  }
}
