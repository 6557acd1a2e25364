package org.genlab.datasets.synthetic;

import org.genlab.tensor.random.RandomStream;

/** Random directions. */
final class Directions {
  private Directions() {}

  /** A vector of that length whose direction is uniform. */
  static double[] onSphere(int dimensions, double length, RandomStream random) {
    double[] v = new double[dimensions];
    double squares = 0;
    for (int k = 0; k < dimensions; k++) {
      v[k] = random.nextGaussian();
      squares += v[k] * v[k];
    }
    for (int k = 0; k < dimensions; k++) {
      v[k] *= length / Math.sqrt(squares);
    }
    return v;
  }
}
