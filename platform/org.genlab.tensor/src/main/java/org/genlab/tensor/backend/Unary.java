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
  /** Natural logarithm. */
  LOG,
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
