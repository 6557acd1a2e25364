package org.genlab.benchmarks;

import org.genlab.api.model.Parameters;

/** Parameters in the order in which PyTorch stores them. */
final class Layouts {
  private Layouts() {}

  /** A matrix [rows, columns] as [columns, rows]. */
  static float[] transposed(float[] matrix, int rows, int columns) {
    if (matrix.length != rows * columns) {
      throw new IllegalArgumentException(
          matrix.length + " values in " + rows + " rows of " + columns);
    }
    float[] result = new float[matrix.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = matrix[i % rows * columns + i / rows];
    }
    return result;
  }

  /** The weight [in, out] of that name as PyTorch's linear maps store it, [out, in]. */
  static float[] weight(Parameters parameters, String name) {
    var shape = parameters.layout().entry(name).shape();
    return transposed(values(parameters, name), shape.dimension(0), shape.dimension(1));
  }

  static float[] values(Parameters parameters, String name) {
    return parameters.get(name).toArray();
  }

  /** One after the other. */
  static float[] joined(float[]... parts) {
    int n = 0;
    for (float[] part : parts) {
      n += part.length;
    }
    float[] result = new float[n];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, result, at, part.length);
      at += part.length;
    }
    return result;
  }
}
