package org.genlab.analyses.information;

import java.util.Arrays;
import org.genlab.tensor.LinearAlgebra;
import org.genlab.tensor.Tensor;

/**
 * The information bottleneck of jointly Gaussian x and y through T = A x + xi, xi ~ N(0, I), in
 * closed form (Chechik, Globerson, Tishby and Weiss, "Information bottleneck for Gaussian
 * variables", JMLR 2005, theorem 3.1): with lambda_1 &lt;= lambda_2 &lt;= ... the eigenvalues of
 * S_x|y S_x^-1 and v_i its left eigenvectors, normalised to r_i = v_i' S_x v_i = 1,
 *
 * <pre>
 *   row i of A = a_i v_i',   a_i^2 = max(0, (beta (1 - lambda_i) - 1) / (lambda_i r_i)),
 * </pre>
 *
 * so that A has a row for each critical value 1 / (1 - lambda_i) below beta.
 *
 * @param input S_x, [d, d]
 * @param conditional S_x|y, [d, d]
 * @param lambda ascending, in [0, 1], d of them
 * @param vectors the v_i as columns, [d, d]
 */
record GaussianOptimum(Tensor input, Tensor conditional, double[] lambda, Tensor vectors) {
  /**
   * The optimum for given second moments.
   *
   * @param input S_x, [d, d]
   * @param target S_y, [m, m]
   * @param cross S_xy, [d, m]
   * @throws IllegalArgumentException when S_x or S_y is not positive definite
   */
  static GaussianOptimum of(Tensor input, Tensor target, Tensor cross) {
    Tensor explained = cross.matmul(LinearAlgebra.solve(target, cross.transpose()));
    Tensor conditional = symmetric(input.minus(explained));
    // v' S_x|y S_x^-1 = lambda v' for v = L^-T u, where S_x = L L' and L^-1 S_x|y L^-T u = lambda
    // u.
    Tensor l = LinearAlgebra.cholesky(input);
    Tensor half = LinearAlgebra.solve(l, conditional);
    LinearAlgebra.Eigen eigen =
        LinearAlgebra.symmetricEigen(symmetric(LinearAlgebra.solve(l, half.transpose())));
    Tensor vectors = LinearAlgebra.solve(l.transpose(), eigen.vectors());
    double[] lambda = Arrays.stream(eigen.values()).map(v -> Math.max(0, Math.min(1, v))).toArray();
    return new GaussianOptimum(input, conditional, lambda, vectors);
  }

  private static Tensor symmetric(Tensor m) {
    return m.plus(m.transpose()).times(0.5);
  }

  /** The values of beta at which the rank of A grows, ascending; infinite where lambda is 1. */
  double[] criticalBetas() {
    return Arrays.stream(lambda).map(l -> 1 / (1 - l)).toArray();
  }

  /** The rank of the best A. */
  int rank(double beta) {
    return (int) Arrays.stream(criticalBetas()).filter(critical -> beta > critical).count();
  }

  /** The best A, [d, d]; its last rows are 0. */
  Tensor projection(double beta) {
    double[] scales =
        Arrays.stream(lambda)
            .map(l -> Math.sqrt(Math.max(0, (beta * (1 - l) - 1) / Math.max(l, 1e-12))))
            .toArray();
    return vectors.transpose().times(Tensor.of(scales, scales.length, 1));
  }

  /** I(X;T) - beta I(T;Y) of any A [k, d], in nats. */
  double lagrangian(Tensor a, double beta) {
    double kept = halfLogDeterminant(a, input);
    return kept - beta * (kept - halfLogDeterminant(a, conditional));
  }

  /** 1/2 log det(A S A' + I). */
  private static double halfLogDeterminant(Tensor a, Tensor s) {
    int k = a.dimension(0);
    float[] identity = new float[k * k];
    for (int i = 0; i < k; i++) {
      identity[i * k + i] = 1;
    }
    Tensor m = a.matmul(s).matmul(a.transpose()).plus(Tensor.of(identity, k, k));
    return LinearAlgebra.logDeterminant(m).logarithm() / 2;
  }
}
