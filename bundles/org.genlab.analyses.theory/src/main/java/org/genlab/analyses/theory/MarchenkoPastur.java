package org.genlab.analyses.theory;

import java.util.function.DoubleUnaryOperator;

/**
 * The limit of the eigenvalue distribution of a sample covariance X'X/N of white Gaussian rows in
 * R^d as N, d go to infinity with d/N = lambda (Marchenko and Pastur 1967):
 *
 * <pre>
 *   p(nu) = sqrt((nu+ - nu)(nu - nu-)) / (2 pi lambda nu)   on [nu-, nu+], nu+- = (1 +- sqrt(lambda))^2,
 * </pre>
 *
 * and for lambda above 1 a mass of 1 - 1/lambda at 0.
 */
final class MarchenkoPastur {
  private static final int NODES = 4000;

  private final double lambda;
  private final double centre;
  private final double radius;

  /**
   * @param lambda dimensions over examples, above 0
   */
  MarchenkoPastur(double lambda) {
    if (!(lambda > 0)) {
      throw new IllegalArgumentException("lambda must be above 0, not " + lambda);
    }
    this.lambda = lambda;
    centre = 1 + lambda;
    radius = 2 * Math.sqrt(lambda);
  }

  /** nu-, the smallest eigenvalue of the continuous part. */
  double smallest() {
    double root = 1 - Math.sqrt(lambda);
    return root * root;
  }

  /** The mass at 0. */
  double massAtZero() {
    return Math.max(0, 1 - 1 / lambda);
  }

  /**
   * The expectation of a function of the eigenvalue, by the midpoint rule in the angle of nu =
   * centre + radius cos(angle): there the integrand is smooth and periodic.
   */
  double expectation(DoubleUnaryOperator f) {
    double sum = 0;
    for (int i = 0; i < NODES; i++) {
      double angle = (i + 0.5) * Math.PI / NODES;
      double nu = centre + radius * StrictMath.cos(angle);
      double height = radius * StrictMath.sin(angle);
      sum += f.applyAsDouble(nu) * height * height / (2 * Math.PI * lambda * nu);
    }
    double mass = massAtZero();
    return sum * Math.PI / NODES + (mass > 0 ? mass * f.applyAsDouble(0) : 0);
  }
}
