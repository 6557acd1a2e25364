package org.genlab.metrics.gradients;

/** The cosine of the angle between two vectors. */
final class Cosine {
  private Cosine() {}

  /** In [-1, 1]; 0 when one of them vanishes. */
  static double of(double[] a, double[] b) {
    double product = 0;
    double squaresOfA = 0;
    double squaresOfB = 0;
    for (int j = 0; j < a.length; j++) {
      product += a[j] * b[j];
      squaresOfA += a[j] * a[j];
      squaresOfB += b[j] * b[j];
    }
    double norms = Math.sqrt(squaresOfA) * Math.sqrt(squaresOfB);
    return norms == 0 ? 0 : product / norms;
  }
}
