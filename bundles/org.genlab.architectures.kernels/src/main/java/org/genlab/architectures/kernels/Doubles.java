package org.genlab.architectures.kernels;

import org.genlab.tensor.Tensor;

/**
 * Numbers of double precision as the sum of three of single precision: without any loss where they
 * are not tiny, and to within the smallest float, 1.4e-45, where they are.
 */
final class Doubles {
  static final int PARTS = 3;

  private Doubles() {}

  /**
   * Packs numbers, [3, n].
   *
   * @throws IllegalArgumentException when one of them is not such a sum, as it is too large
   */
  static Tensor pack(double[] values) {
    int n = values.length;
    float[] parts = new float[PARTS * n];
    for (int i = 0; i < n; i++) {
      double rest = values[i];
      for (int p = 0; p < PARTS; p++) {
        parts[p * n + i] = (float) rest;
        rest -= parts[p * n + i];
      }
      if (!(Math.abs(rest) <= Math.max(Math.ulp(values[i]), Float.MIN_VALUE))) {
        throw new IllegalArgumentException(values[i] + " cannot be stored exactly");
      }
    }
    return Tensor.of(parts, PARTS, n);
  }

  /** The numbers that were packed. */
  static double[] unpack(Tensor packed) {
    float[] parts = packed.toArray();
    int n = parts.length / PARTS;
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      for (int p = 0; p < PARTS; p++) {
        values[i] += parts[p * n + i];
      }
    }
    return values;
  }
}
