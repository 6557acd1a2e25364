package org.genlab.tensor.special;

import org.genlab.tensor.backend.ErrorFunction;

/** Special functions in double precision, the same bits on every machine. */
public final class SpecialFunctions {
  private static final double EPSILON = 1e-16;
  private static final double LOG_ROOT_TWO_PI = StrictMath.log(2 * Math.PI) / 2;

  /** B_2k / (2k (2k - 1)), the coefficients of Stirling's series. */
  private static final double[] STIRLING = {
    1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156
  };

  private SpecialFunctions() {}

  /** The error function, to about 1e-15. */
  public static double erf(double x) {
    return ErrorFunction.erf(x);
  }

  /** The distribution function of the standard normal distribution, to about 1e-15 of itself. */
  public static double normalCdf(double x) {
    return ErrorFunction.normal(x);
  }

  /**
   * The logarithm of the gamma function, to about 1e-14.
   *
   * @param x above 0
   */
  public static double logGamma(double x) {
    if (!(x > 0)) {
      throw new IllegalArgumentException("logGamma takes a number above 0, not " + x);
    }
    double product = 1;
    double z = x;
    while (z < 15) {
      product *= z;
      z++;
    }
    double sum = 0;
    double power = 1 / z;
    for (double coefficient : STIRLING) {
      sum += coefficient * power;
      power /= z * z;
    }
    return (z - 0.5) * StrictMath.log(z) - z + LOG_ROOT_TWO_PI + sum - StrictMath.log(product);
  }

  /**
   * The regularised lower incomplete gamma function P(a, x) = 1/Gamma(a) integral from 0 to x of
   * t^(a-1) e^-t dt, in [0, 1], to about 1e-13. P(k/2, x/2) is the distribution function of the
   * chi-squared distribution with k degrees of freedom.
   *
   * @param a above 0
   * @param x at least 0
   */
  public static double gammaP(double a, double x) {
    if (!(a > 0) || !(x >= 0)) {
      throw new IllegalArgumentException(
          "gammaP takes a > 0 and x >= 0, not a = " + a + " and x = " + x);
    }
    if (x == 0) {
      return 0;
    }
    if (x == Double.POSITIVE_INFINITY) {
      return 1;
    }
    double factor = StrictMath.exp(a * StrictMath.log(x) - x - logGamma(a));
    return x < a + 1 ? factor * series(a, x) : 1 - factor * fraction(a, x);
  }

  /** Sum over n of x^n / (a (a+1) ... (a+n)). */
  private static double series(double a, double x) {
    double term = 1 / a;
    double sum = term;
    for (int n = 1; term > EPSILON * sum; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return sum;
  }

  /** 1/(x+1-a - 1(1-a)/(x+3-a - 2(2-a)/(x+5-a - ...))), by Lentz's method. */
  private static double fraction(double a, double x) {
    double tiny = 1e-300;
    double b = x + 1 - a;
    double c = 1 / tiny;
    double d = 1 / b;
    double h = d;
    double change = 0;
    for (int n = 1; Math.abs(change - 1) > EPSILON && n < 100_000; n++) {
      double an = -n * (n - a);
      b += 2;
      d = an * d + b;
      d = 1 / (Math.abs(d) < tiny ? tiny : d);
      c = b + an / c;
      c = Math.abs(c) < tiny ? tiny : c;
      change = c * d;
      h *= change;
    }
    return h;
  }
}
