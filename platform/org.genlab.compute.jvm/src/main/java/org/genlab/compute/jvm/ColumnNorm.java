package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.LEN;
import static org.genlab.compute.jvm.Lanes.whole;
import static org.genlab.tensor.backend.Backend.ROWS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Normalisation of the columns of [outer, rows, n], blocks of {@code Backend.ROWS} rows at a time.
 * In a block one vector of columns is worked on after the other, so that what belongs to a column
 * stays in registers; a block fits the L1 cache.
 */
final class ColumnNorm {
  // slots of the scratch arrays
  private static final int SUMS = 3;
  private static final int SQUARES = 14;
  private static final int RSTD = 15;

  /** Work on a block of rows. */
  @FunctionalInterface
  private interface BlockTask {
    /**
     * @param block its number, counted over all of outer
     * @param outer to which it belongs
     * @param from its first row, counted over all of outer
     * @param rows its rows
     */
    void run(int block, int outer, int from, int rows);
  }

  private ColumnNorm() {}

  private static void blocks(Workers workers, int outer, int rows, int n, BlockTask task) {
    int blocks = (rows + ROWS - 1) / ROWS;
    int units = outer * blocks;
    int together = Math.max(1, 2 * JvmBackend.CHUNK / Math.max(1, Math.min(rows, ROWS) * n));
    workers.run(
        (units + together - 1) / together,
        chunk -> {
          int end = Math.min(units, (chunk + 1) * together);
          for (int unit = chunk * together; unit < end; unit++) {
            int o = unit / blocks;
            int from = unit % blocks * ROWS;
            task.run(unit, o, o * rows + from, Math.min(ROWS, rows - from));
          }
        });
  }

  static void statistics(
      Workers workers,
      float[] x,
      int xs,
      float[] mean,
      int means,
      float[] variance,
      int variances,
      int outer,
      int rows,
      int n) {
    int blocks = (rows + ROWS - 1) / ROWS;
    float[] sums = Scratch.get().array(SUMS, outer * blocks * n);
    float[] squares = Scratch.get().array(SQUARES, outer * blocks * n);
    blocks(
        workers,
        outer,
        rows,
        n,
        (block, o, from, count) ->
            statisticsOfBlock(x, xs + from * n, count, n, sums, squares, block * n));
    double[] totals = new double[n];
    double[] deviations = new double[n];
    for (int o = 0; o < outer; o++) {
      Arrays.fill(totals, 0);
      Arrays.fill(deviations, 0);
      for (int b = 0; b < blocks; b++) {
        int at = (o * blocks + b) * n;
        for (int j = 0; j < n; j++) {
          totals[j] += sums[at + j];
        }
      }
      for (int j = 0; j < n; j++) {
        totals[j] /= rows;
      }
      for (int b = 0; b < blocks; b++) {
        int at = (o * blocks + b) * n;
        int count = Math.min(ROWS, rows - b * ROWS);
        for (int j = 0; j < n; j++) {
          double deviation = sums[at + j] / count - totals[j];
          deviations[j] += squares[at + j] + count * (deviation * deviation);
        }
      }
      for (int j = 0; j < n; j++) {
        mean[means + o * n + j] = (float) totals[j];
        variance[variances + o * n + j] = (float) (deviations[j] / rows);
      }
    }
  }

  private static void statisticsOfBlock(
      float[] x, int at, int rows, int n, float[] sums, float[] squares, int to) {
    int whole = whole(n);
    for (int j = 0; j < whole; j += LEN) {
      FloatVector sum = FloatVector.zero(F);
      for (int r = 0; r < rows; r++) {
        sum = sum.add(FloatVector.fromArray(F, x, at + j + r * n));
      }
      sum.intoArray(sums, to + j);
      FloatVector mean = sum.div(rows);
      FloatVector square = FloatVector.zero(F);
      for (int r = 0; r < rows; r++) {
        FloatVector deviation = FloatVector.fromArray(F, x, at + j + r * n).sub(mean);
        square = deviation.fma(deviation, square);
      }
      square.intoArray(squares, to + j);
    }
    for (int j = whole; j < n; j++) {
      float sum = 0;
      for (int r = 0; r < rows; r++) {
        sum += x[at + j + r * n];
      }
      sums[to + j] = sum;
      float mean = sum / rows;
      float square = 0;
      for (int r = 0; r < rows; r++) {
        float deviation = x[at + j + r * n] - mean;
        square = Math.fma(deviation, deviation, square);
      }
      squares[to + j] = square;
    }
  }

  private static float[] rstd(float[] variance, int variances, double epsilon, int n) {
    float[] rstd = Scratch.get().array(RSTD, n);
    for (int j = 0; j < n; j++) {
      rstd[j] = (float) (1 / Math.sqrt(variance[variances + j] + epsilon));
    }
    return rstd;
  }

  static void normalize(
      Workers workers,
      float[] x,
      int xs,
      float[] mean,
      int means,
      float[] variance,
      int variances,
      double epsilon,
      float[] scale,
      int scales,
      float[] shift,
      int shifts,
      boolean rectify,
      float[] y,
      int ys,
      int outer,
      int rows,
      int n) {
    float[] rstd = rstd(variance, variances, epsilon, outer * n);
    blocks(
        workers,
        outer,
        rows,
        n,
        (block, o, from, count) -> {
          int at = xs + from * n;
          int to = ys + from * n;
          int column = o * n;
          int whole = whole(n);
          for (int j = 0; j < whole; j += LEN) {
            FloatVector m = FloatVector.fromArray(F, mean, means + column + j);
            FloatVector s = FloatVector.fromArray(F, rstd, column + j);
            FloatVector a = FloatVector.fromArray(F, scale, scales + j);
            FloatVector b = FloatVector.fromArray(F, shift, shifts + j);
            if (rectify) {
              normalizeRectified(x, at + j, m, s, a, b, y, to + j, count, n);
            } else {
              normalize(x, at + j, m, s, a, b, y, to + j, count, n);
            }
          }
          for (int j = whole; j < n; j++) {
            for (int r = 0; r < count; r++) {
              float h = (x[at + j + r * n] - mean[means + column + j]) * rstd[column + j];
              float value = Math.fma(h, scale[scales + j], shift[shifts + j]);
              y[to + j + r * n] = rectify && value <= 0 ? 0 : value;
            }
          }
        });
  }

  private static void normalize(
      float[] x,
      int xs,
      FloatVector mean,
      FloatVector rstd,
      FloatVector scale,
      FloatVector shift,
      float[] y,
      int ys,
      int rows,
      int n) {
    for (int r = 0; r < rows; r++) {
      FloatVector.fromArray(F, x, xs + r * n)
          .sub(mean)
          .mul(rstd)
          .fma(scale, shift)
          .intoArray(y, ys + r * n);
    }
  }

  private static void normalizeRectified(
      float[] x,
      int xs,
      FloatVector mean,
      FloatVector rstd,
      FloatVector scale,
      FloatVector shift,
      float[] y,
      int ys,
      int rows,
      int n) {
    for (int r = 0; r < rows; r++) {
      FloatVector value =
          FloatVector.fromArray(F, x, xs + r * n).sub(mean).mul(rstd).fma(scale, shift);
      value.blend(0f, value.compare(VectorOperators.LE, 0f)).intoArray(y, ys + r * n);
    }
  }

  static void backward(
      Workers workers,
      float[] x,
      int xs,
      float[] mean,
      int means,
      float[] variance,
      int variances,
      double epsilon,
      float[] scale,
      int scales,
      float[] shift,
      int shifts,
      boolean rectify,
      float[] g,
      int gs,
      float[] dx,
      int dxs,
      float[] dscale,
      int dscales,
      float[] dshift,
      int dshifts,
      boolean accumulate,
      int outer,
      int rows,
      int n) {
    int blocks = (rows + ROWS - 1) / ROWS;
    float[] rstd = rstd(variance, variances, epsilon, outer * n);
    float[] sums = Scratch.get().array(SUMS, outer * blocks * n);
    float[] products = Scratch.get().array(SQUARES, outer * blocks * n);
    blocks(
        workers,
        outer,
        rows,
        n,
        (block, o, from, count) ->
            sums(
                x,
                xs + from * n,
                mean,
                means + o * n,
                rstd,
                o * n,
                scale,
                scales,
                shift,
                shifts,
                rectify,
                g,
                gs + from * n,
                sums,
                products,
                block * n,
                count,
                n));
    for (int o = 0; o < outer; o++) {
      int first = o * blocks * n;
      for (int b = 1; b < blocks; b++) {
        Rows.add(sums, first + b * n, sums, first, n);
        Rows.add(products, first + b * n, products, first, n);
      }
    }
    if (dx != null) {
      blocks(
          workers,
          outer,
          rows,
          n,
          (block, o, from, count) ->
              gradients(
                  x,
                  xs + from * n,
                  mean,
                  means + o * n,
                  rstd,
                  o * n,
                  scale,
                  scales,
                  shift,
                  shifts,
                  rectify,
                  g,
                  gs + from * n,
                  sums,
                  products,
                  o * blocks * n,
                  dx,
                  dxs + from * n,
                  rows,
                  count,
                  n));
    }
    put(products, outer, blocks, n, dscale, dscales, accumulate);
    put(sums, outer, blocks, n, dshift, dshifts, accumulate);
  }

  /** Sums over outer. */
  private static void put(
      float[] parts, int outer, int blocks, int n, float[] y, int ys, boolean accumulate) {
    if (y == null) {
      return;
    }
    if (outer == 0) {
      if (!accumulate) {
        Arrays.fill(y, ys, ys + n, 0);
      }
      return;
    }
    for (int o = 1; o < outer; o++) {
      Rows.add(parts, o * blocks * n, parts, 0, n);
    }
    if (accumulate) {
      Rows.add(parts, 0, y, ys, n);
    } else {
      System.arraycopy(parts, 0, y, ys, n);
    }
  }

  private static void sums(
      float[] x,
      int xs,
      float[] mean,
      int means,
      float[] rstd,
      int rstds,
      float[] scale,
      int scales,
      float[] shift,
      int shifts,
      boolean rectify,
      float[] g,
      int gs,
      float[] sums,
      float[] products,
      int to,
      int rows,
      int n) {
    int whole = whole(n);
    for (int j = 0; j < whole; j += LEN) {
      FloatVector m = FloatVector.fromArray(F, mean, means + j);
      FloatVector s = FloatVector.fromArray(F, rstd, rstds + j);
      FloatVector sum = FloatVector.zero(F);
      FloatVector product = FloatVector.zero(F);
      if (rectify) {
        FloatVector a = FloatVector.fromArray(F, scale, scales + j);
        FloatVector b = FloatVector.fromArray(F, shift, shifts + j);
        for (int r = 0; r < rows; r++) {
          FloatVector h = FloatVector.fromArray(F, x, xs + j + r * n).sub(m).mul(s);
          FloatVector e =
              FloatVector.zero(F)
                  .blend(
                      FloatVector.fromArray(F, g, gs + j + r * n),
                      h.fma(a, b).compare(VectorOperators.GT, 0f));
          sum = sum.add(e);
          product = e.fma(h, product);
        }
      } else {
        for (int r = 0; r < rows; r++) {
          FloatVector h = FloatVector.fromArray(F, x, xs + j + r * n).sub(m).mul(s);
          FloatVector e = FloatVector.fromArray(F, g, gs + j + r * n);
          sum = sum.add(e);
          product = e.fma(h, product);
        }
      }
      sum.intoArray(sums, to + j);
      product.intoArray(products, to + j);
    }
    for (int j = whole; j < n; j++) {
      float sum = 0;
      float product = 0;
      for (int r = 0; r < rows; r++) {
        float h = (x[xs + j + r * n] - mean[means + j]) * rstd[rstds + j];
        boolean passes = !rectify || Math.fma(h, scale[scales + j], shift[shifts + j]) > 0;
        float e = passes ? g[gs + j + r * n] : 0;
        sum += e;
        product = Math.fma(e, h, product);
      }
      sums[to + j] = sum;
      products[to + j] = product;
    }
  }

  private static void gradients(
      float[] x,
      int xs,
      float[] mean,
      int means,
      float[] rstd,
      int rstds,
      float[] scale,
      int scales,
      float[] shift,
      int shifts,
      boolean rectify,
      float[] g,
      int gs,
      float[] sums,
      float[] products,
      int from,
      float[] dx,
      int dxs,
      int all,
      int rows,
      int n) {
    int whole = whole(n);
    for (int j = 0; j < whole; j += LEN) {
      FloatVector m = FloatVector.fromArray(F, mean, means + j);
      FloatVector s = FloatVector.fromArray(F, rstd, rstds + j);
      FloatVector a = FloatVector.fromArray(F, scale, scales + j);
      FloatVector sum = FloatVector.fromArray(F, sums, from + j).div(all);
      FloatVector product = FloatVector.fromArray(F, products, from + j).div(all);
      FloatVector factor = s.mul(a);
      if (rectify) {
        FloatVector b = FloatVector.fromArray(F, shift, shifts + j);
        for (int r = 0; r < rows; r++) {
          FloatVector h = FloatVector.fromArray(F, x, xs + j + r * n).sub(m).mul(s);
          FloatVector.zero(F)
              .blend(
                  FloatVector.fromArray(F, g, gs + j + r * n),
                  h.fma(a, b).compare(VectorOperators.GT, 0f))
              .sub(sum)
              .sub(h.mul(product))
              .mul(factor)
              .intoArray(dx, dxs + j + r * n);
        }
      } else {
        for (int r = 0; r < rows; r++) {
          FloatVector h = FloatVector.fromArray(F, x, xs + j + r * n).sub(m).mul(s);
          FloatVector.fromArray(F, g, gs + j + r * n)
              .sub(sum)
              .sub(h.mul(product))
              .mul(factor)
              .intoArray(dx, dxs + j + r * n);
        }
      }
    }
    for (int j = whole; j < n; j++) {
      float sum = sums[from + j] / all;
      float product = products[from + j] / all;
      float factor = rstd[rstds + j] * scale[scales + j];
      for (int r = 0; r < rows; r++) {
        float h = (x[xs + j + r * n] - mean[means + j]) * rstd[rstds + j];
        boolean passes = !rectify || Math.fma(h, scale[scales + j], shift[shifts + j]) > 0;
        float e = passes ? g[gs + j + r * n] : 0;
        dx[dxs + j + r * n] = (e - sum - h * product) * factor;
      }
    }
  }
}
