package org.genlab.tensor.backend;

/** A function of one number x with up to two constants p and q. */
public enum Unary {
  /** -x. */
  NEGATE,
  /** |x|. */
  ABS,
  /** The sign: -1, 0 or 1; NaN of NaN. */
  SIGN,
  /** e^x. */
  EXP,
  /** e^x - 1, without cancellation. */
  EXPM1,
  /** Natural logarithm. */
  LOG,
  /** log(1 + x), without cancellation, as {@link StrictMath#log1p} rounded to float. */
  LOG1P,
  /** Sine, as {@link StrictMath#sin} rounded to float. */
  SIN,
  /** Cosine, as {@link StrictMath#cos} rounded to float. */
  COS,
  /** The error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
  ERF,
  /** The largest integer that is not above x. */
  FLOOR,
  /** The nearest integer, of two the even one, as {@link Math#rint}. */
  ROUND,
  /** Square root, correctly rounded. */
  SQRT,
  /** x x. */
  SQUARE,
  /** 1 / x. */
  RECIPROCAL,
  /** Hyperbolic tangent. */
  TANH,
  /** 1 / (1 + e^-x). */
  SIGMOID,
  /** x when x > 0, else 0; NaN of NaN. */
  RELU,
  /** x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))). */
  GELU,
  /** x Phi(x), Phi the distribution function of the standard normal distribution. */
  GELU_ERF,
  /** x / (1 + e^-x). */
  SILU,
  /** log(1 + e^x), as max(x, 0) + log(1 + e^-|x|). */
  SOFTPLUS,
  /** x^p as {@link StrictMath#pow} rounded to float. */
  POW,
  /** min(max(x, p), q). */
  CLAMP,
  /** x + p. */
  ADD,
  /** x p. */
  MULTIPLY,
  /** 1 when x > p, else 0. */
  GREATER,
}
