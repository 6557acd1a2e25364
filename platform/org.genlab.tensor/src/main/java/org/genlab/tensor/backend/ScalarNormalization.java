package org.genlab.tensor.backend;

import static org.genlab.tensor.backend.Backend.ROWS;

/** Normalisation of columns, one number after the other. */
final class ScalarNormalization {
  private ScalarNormalization() {}

  static void statistics(Span x, Span mean, Span variance, int outer, int rows, int n) {
    for (int o = 0; o < outer; o++) {
      for (int j = 0; j < n; j++) {
        int at = x.offset() + o * rows * n + j;
        int blocks = (rows + ROWS - 1) / ROWS;
        float[] means = new float[blocks];
        float[] squares = new float[blocks];
        double total = 0;
        for (int b = 0; b < blocks; b++) {
          int from = b * ROWS;
          int to = Math.min(rows, from + ROWS);
          float sum = 0;
          for (int r = from; r < to; r++) {
            sum += x.array()[at + r * n];
          }
          means[b] = sum / (to - from);
          total += sum;
          for (int r = from; r < to; r++) {
            float deviation = x.array()[at + r * n] - means[b];
            squares[b] = Math.fma(deviation, deviation, squares[b]);
          }
        }
        double m = total / rows;
        double sum = 0;
        for (int b = 0; b < blocks; b++) {
          double deviation = means[b] - m;
          sum += squares[b] + Math.min(ROWS, rows - b * ROWS) * (deviation * deviation);
        }
        mean.array()[mean.offset() + o * n + j] = (float) m;
        variance.array()[variance.offset() + o * n + j] = (float) (sum / rows);
      }
    }
  }

  /** 1 / sqrt(variance + epsilon). */
  private static float rstd(Span variance, int at, double epsilon) {
    return (float) (1 / Math.sqrt(variance.array()[variance.offset() + at] + epsilon));
  }

  static void normalize(
      Span x,
      Span mean,
      Span variance,
      double epsilon,
      Span scale,
      Span shift,
      boolean rectify,
      Span y,
      int outer,
      int rows,
      int n) {
    for (int i = 0; i < outer * rows * n; i++) {
      int j = i % n;
      int column = i / n / rows * n + j;
      float h = h(x, mean, variance, epsilon, i, column);
      float value = affine(h, scale, shift, j);
      y.array()[y.offset() + i] = rectify ? Math.max(value, 0) : value;
    }
  }

  private static float h(Span x, Span mean, Span variance, double epsilon, int i, int column) {
    return (x.array()[x.offset() + i] - mean.array()[mean.offset() + column])
        * rstd(variance, column, epsilon);
  }

  private static float affine(float h, Span scale, Span shift, int j) {
    return Math.fma(h, scale.array()[scale.offset() + j], shift.array()[shift.offset() + j]);
  }

  static void backward(
      Span x,
      Span mean,
      Span variance,
      double epsilon,
      Span scale,
      Span shift,
      boolean rectify,
      Span g,
      Span dx,
      Span dscale,
      Span dshift,
      boolean accumulate,
      int outer,
      int rows,
      int n) {
    int blocks = (rows + ROWS - 1) / ROWS;
    for (int j = 0; j < n; j++) {
      float allProducts = 0;
      float all = 0;
      for (int o = 0; o < outer; o++) {
        int column = o * n + j;
        float sum = 0;
        float products = 0;
        for (int b = 0; b < blocks; b++) {
          float blockSum = 0;
          float blockProducts = 0;
          for (int r = b * ROWS; r < Math.min(rows, (b + 1) * ROWS); r++) {
            int i = (o * rows + r) * n + j;
            float h = h(x, mean, variance, epsilon, i, column);
            float e = gradient(g, i, rectify, h, scale, shift, j);
            blockSum += e;
            blockProducts = Math.fma(e, h, blockProducts);
          }
          sum = b == 0 ? blockSum : sum + blockSum;
          products = b == 0 ? blockProducts : products + blockProducts;
        }
        all = o == 0 ? sum : all + sum;
        allProducts = o == 0 ? products : allProducts + products;
        if (dx != null) {
          float meanSum = sum / rows;
          float meanProducts = products / rows;
          float factor = rstd(variance, column, epsilon) * scale.array()[scale.offset() + j];
          for (int r = 0; r < rows; r++) {
            int i = (o * rows + r) * n + j;
            float h = h(x, mean, variance, epsilon, i, column);
            float e = gradient(g, i, rectify, h, scale, shift, j);
            dx.array()[dx.offset() + i] = (e - meanSum - h * meanProducts) * factor;
          }
        }
      }
      put(dscale, j, allProducts, accumulate);
      put(dshift, j, all, accumulate);
    }
  }

  /** The gradient at what was rectified. */
  private static float gradient(
      Span g, int i, boolean rectify, float h, Span scale, Span shift, int j) {
    return !rectify || affine(h, scale, shift, j) > 0 ? g.array()[g.offset() + i] : 0;
  }

  private static void put(Span y, int j, float value, boolean accumulate) {
    if (y != null) {
      int at = y.offset() + j;
      y.array()[at] = accumulate ? y.array()[at] + value : value;
    }
  }
}
