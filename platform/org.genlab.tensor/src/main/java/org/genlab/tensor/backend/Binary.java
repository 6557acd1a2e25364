package org.genlab.tensor.backend;

/**
 * A function of two numbers a and b. In those that are the chain rule of a unary function, a is the
 * gradient at its output, and b is its input x or its output y.
 */
public enum Binary {
  /** a + b. */
  ADD,
  /** a - b. */
  SUBTRACT,
  /** a b. */
  MULTIPLY,
  /** a / b. */
  DIVIDE,
  /** The larger, as {@link Math#max(float, float)}. */
  MAXIMUM,
  /** The smaller, as {@link Math#min(float, float)}. */
  MINIMUM,
  /** 1 when a > b, else 0. */
  GREATER,
  /** 1 when a >= b, else 0. */
  GREATER_EQUAL,
  /** 1 when a == b, else 0. */
  EQUAL,
  /** a sign(x); 0 at 0. */
  ABS_BACKWARD,
  /** a / (2 y). */
  SQRT_BACKWARD,
  /** 2 a x. */
  SQUARE_BACKWARD,
  /** -a y y. */
  RECIPROCAL_BACKWARD,
  /** a (1 - y y). */
  TANH_BACKWARD,
  /** a y (1 - y). */
  SIGMOID_BACKWARD,
  /** a where x > 0, else 0. */
  RELU_BACKWARD,
  /**
   * a ((1 + t)/2 + x/2 (1 - t t) c (1 + 3 0.044715 x x)), t = tanh(c (x + 0.044715 x^3)), c =
   * sqrt(2/pi).
   */
  GELU_BACKWARD,
  /** a (Phi(x) + x phi(x)), the distribution function and density of the normal distribution. */
  GELU_ERF_BACKWARD,
  /** a s (1 + x (1 - s)), s = 1 / (1 + e^-x). */
  SILU_BACKWARD,
  /** a / (1 + e^-x). */
  SOFTPLUS_BACKWARD,
}
