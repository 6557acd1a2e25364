package org.genlab.tensor.backend;

/**
 * The error function in double precision, to 1e-15 of the result; its complement and the normal
 * distribution to 2e-15 (1 + x^2): what faster versions are held to.
 */
public final class ErrorFunction {
  private static final double ROOT_PI = StrictMath.sqrt(Math.PI);

  private ErrorFunction() {}

  /** 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
  public static double erf(double x) {
    double magnitude = Math.abs(x);
    return magnitude < 2 ? series(x) : Math.copySign(1 - fraction(magnitude), x);
  }

  /** 1 - erf x, without cancellation for large x. */
  public static double erfc(double x) {
    return x < 1 ? 1 - erf(x) : fraction(x);
  }

  /** The distribution function of the standard normal distribution, Phi(x). */
  public static double normal(double x) {
    return x < 0 ? 0.5 * erfc(-x / Math.sqrt(2)) : 0.5 + 0.5 * erf(x / Math.sqrt(2));
  }

  /** erf x = 2/sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!, all of one sign. */
  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / ROOT_PI * StrictMath.exp(-x * x) * sum;
  }

  /** erfc x = exp(-x^2)/sqrt(pi) / (x + 1/2/(x + 1/(x + 3/2/(x + ...)))), from the back. */
  private static double fraction(double x) {
    double tail = x;
    // k terms leave e^(-2 x sqrt(2 k)) or so
    for (int k = 30 + (int) (170 / (x * x)); k > 0; k--) {
      tail = x + 0.5 * k / tail;
    }
    return StrictMath.exp(-x * x) / ROOT_PI / tail;
  }
}
