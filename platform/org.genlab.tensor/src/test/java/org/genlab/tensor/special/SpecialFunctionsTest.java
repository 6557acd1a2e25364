package org.genlab.tensor.special;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class SpecialFunctionsTest {
  /** Gamma(n + 1) = n! and Gamma(1/2) = sqrt(pi), with Gamma(x + 1) = x Gamma(x). */
  @Test
  void logGammaOfWholeAndHalfNumbers() {
    double whole = 0;
    double half = Math.log(Math.PI) / 2;
    for (int n = 1; n < 200; n++) {
      assertEquals(whole, SpecialFunctions.logGamma(n), 1e-13 * Math.max(1, whole));
      assertEquals(half, SpecialFunctions.logGamma(n - 0.5), 1e-13 * Math.max(1, Math.abs(half)));
      whole += Math.log(n);
      half += Math.log(n - 0.5);
    }
    assertThrows(IllegalArgumentException.class, () -> SpecialFunctions.logGamma(0));
  }

  /** P(1/2, x) = erf sqrt(x), P(n, x) = 1 - e^-x sum of x^k / k! for k < n. */
  @Test
  void gammaPOfWholeAndHalfNumbers() {
    for (double x : new double[] {1e-6, 0.1, 0.7, 1, 1.49, 1.51, 3, 10, 30, 99, 101, 300}) {
      assertEquals(
          SpecialFunctions.erf(Math.sqrt(x)), SpecialFunctions.gammaP(0.5, x), 1e-13, "x = " + x);
      for (int n : new int[] {1, 2, 5, 30, 100}) {
        double term = Math.exp(-x);
        double above = 0;
        for (int k = 0; k < n; k++) {
          above += term;
          term *= x / (k + 1);
        }
        assertEquals(1 - above, SpecialFunctions.gammaP(n, x), 1e-12, "n = " + n + ", x = " + x);
      }
    }
  }

  /** P(a + 1, x) = P(a, x) - x^a e^-x / Gamma(a + 1). */
  @Test
  void gammaPFollowsItsRecurrence() {
    for (double a = 0.3; a < 60; a *= 1.7) {
      for (double x = 0.01; x < 100; x *= 3) {
        double step = Math.exp(a * Math.log(x) - x - SpecialFunctions.logGamma(a + 1));
        assertEquals(
            SpecialFunctions.gammaP(a, x) - step, SpecialFunctions.gammaP(a + 1, x), 1e-12);
      }
    }
  }

  @Test
  void gammaPHasItsLimits() {
    assertEquals(0, SpecialFunctions.gammaP(3, 0));
    assertEquals(1, SpecialFunctions.gammaP(3, Double.POSITIVE_INFINITY));
    assertThrows(IllegalArgumentException.class, () -> SpecialFunctions.gammaP(0, 1));
    assertThrows(IllegalArgumentException.class, () -> SpecialFunctions.gammaP(1, -1));
  }

  /**
   * 95 % of the normal distribution lie within 1.959964 of its mean, 95 % of chi^2(10) below
   * 18.307.
   */
  @Test
  void quantilesOfTables() {
    assertEquals(0.975, SpecialFunctions.normalCdf(1.959963984540054), 1e-12);
    assertEquals(0.95, SpecialFunctions.erf(1.959963984540054 / Math.sqrt(2)), 1e-12);
    assertEquals(0.95, SpecialFunctions.gammaP(5, 18.307038053275146 / 2), 1e-10);
  }
}
