package org.genlab.tensor.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ErrorFunctionTest {
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
