package org.genlab.tensor.contract;

/**
 * Normalisation of rows or of columns of a matrix, and its gradients, as plain loops in double
 * precision. Scale and shift belong to columns either way.
 */
final class PlainNormalization {
  final double[] values;
  final double[] inputGradient;
  final Sums scaleGradient;
  final Sums shiftGradient;

  /**
   * Computes all of it.
   *
   * @param x [rows, columns]
   * @param g the gradient of the result
   * @param rows whether each row is normalised, or each column
   */
  PlainNormalization(
      double[] x, double[] scale, double[] shift, double[] g, double epsilon, boolean rows) {
    int columns = scale.length;
    values = new double[x.length];
    inputGradient = new double[x.length];
    scaleGradient = new Sums(columns);
    shiftGradient = new Sums(columns);
    int height = x.length / columns;
    int groups = rows ? height : columns;
    int n = x.length / groups;
    for (int group = 0; group < groups; group++) {
      int start = rows ? group * columns : group;
      int step = rows ? 1 : columns;
      double mean = 0;
      for (int i = 0; i < n; i++) {
        mean += x[start + i * step] / n;
      }
      double variance = 0;
      for (int i = 0; i < n; i++) {
        variance += (x[start + i * step] - mean) * (x[start + i * step] - mean) / n;
      }
      double factor = 1 / Math.sqrt(variance + epsilon);
      double slope = 0;
      double product = 0;
      for (int i = 0; i < n; i++) {
        int at = start + i * step;
        int column = at % columns;
        double h = (x[at] - mean) * factor;
        values[at] = h * scale[column] + shift[column];
        scaleGradient.add(column, g[at] * h);
        shiftGradient.add(column, g[at]);
        slope += g[at] * scale[column] / n;
        product += g[at] * scale[column] * h / n;
      }
      for (int i = 0; i < n; i++) {
        int at = start + i * step;
        double h = (x[at] - mean) * factor;
        inputGradient[at] = factor * (g[at] * scale[at % columns] - slope - h * product);
      }
    }
  }
}
