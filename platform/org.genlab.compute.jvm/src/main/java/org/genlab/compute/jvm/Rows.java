package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.LEN;
import static org.genlab.compute.jvm.Lanes.whole;
import static org.genlab.tensor.backend.Backend.BLOCK;
import static org.genlab.tensor.backend.Backend.LANES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Reductions of rows in {@code Backend.LANES} lanes. A vector narrower than the lanes takes them in
 * several passes, so that every width adds the same numbers in the same order.
 */
final class Rows {
  private Rows() {}

  /** Sum; 0 of none. */
  static float sum(float[] x, int at, int n) {
    float[] lanes = Scratch.get().lanes;
    float result = 0;
    for (int from = 0; from < n; from += BLOCK) {
      float block = sumBlock(x, at + from, Math.min(BLOCK, n - from), lanes);
      result = from == 0 ? block : result + block;
    }
    return result;
  }

  /** The sum of at most BLOCK numbers. */
  static float sumBlock(float[] x, int at, int n, float[] lanes) {
    int whole = n & -LANES;
    for (int lane = 0; lane < LANES; lane += LEN) {
      FloatVector sum = FloatVector.zero(F);
      for (int i = lane; i < whole; i += LANES) {
        sum = sum.add(FloatVector.fromArray(F, x, at + i));
      }
      sum.intoArray(lanes, lane);
    }
    for (int i = whole; i < n; i++) {
      lanes[i - whole] += x[at + i];
    }
    return tree(lanes);
  }

  /** The sum of the lanes, in their order. */
  static float tree(float[] l) {
    float a0 = (l[0] + l[8]) + (l[4] + l[12]);
    float a1 = (l[1] + l[9]) + (l[5] + l[13]);
    float a2 = (l[2] + l[10]) + (l[6] + l[14]);
    float a3 = (l[3] + l[11]) + (l[7] + l[15]);
    return (a0 + a2) + (a1 + a3);
  }

  /** The largest; negative infinity of none, NaN when there is one. In any order the same. */
  static float max(float[] x, int at, int n) {
    int whole = whole(n);
    float result = Float.NEGATIVE_INFINITY;
    if (whole > 0) {
      FloatVector max = FloatVector.fromArray(F, x, at);
      for (int i = LEN; i < whole; i += LEN) {
        max = max.max(FloatVector.fromArray(F, x, at + i));
      }
      result = max.reduceLanes(VectorOperators.MAX);
    }
    for (int i = whole; i < n; i++) {
      result = Math.max(result, x[at + i]);
    }
    return result;
  }

  /** Sum of products. */
  static float dot(float[] a, int as, float[] b, int bs, int n) {
    float[] lanes = Scratch.get().lanes;
    float result = 0;
    for (int from = 0; from < n; from += BLOCK) {
      float block = dotBlock(a, as + from, b, bs + from, Math.min(BLOCK, n - from), lanes);
      result = from == 0 ? block : result + block;
    }
    return result;
  }

  /** The sum of at most BLOCK products. */
  static float dotBlock(float[] a, int as, float[] b, int bs, int n, float[] lanes) {
    int whole = n & -LANES;
    for (int lane = 0; lane < LANES; lane += LEN) {
      FloatVector sum = FloatVector.zero(F);
      for (int i = lane; i < whole; i += LANES) {
        sum = FloatVector.fromArray(F, a, as + i).fma(FloatVector.fromArray(F, b, bs + i), sum);
      }
      sum.intoArray(lanes, lane);
    }
    for (int i = whole; i < n; i++) {
      lanes[i - whole] = Math.fma(a[as + i], b[bs + i], lanes[i - whole]);
    }
    return tree(lanes);
  }

  /** The sum of (x - mean)^2. */
  static float squaredDeviations(float[] x, int at, float mean, int n) {
    float[] lanes = Scratch.get().lanes;
    float result = 0;
    for (int from = 0; from < n; from += BLOCK) {
      float block = squaredDeviations(x, at + from, mean, Math.min(BLOCK, n - from), lanes);
      result = from == 0 ? block : result + block;
    }
    return result;
  }

  private static float squaredDeviations(float[] x, int at, float mean, int n, float[] lanes) {
    int whole = n & -LANES;
    for (int lane = 0; lane < LANES; lane += LEN) {
      FloatVector sum = FloatVector.zero(F);
      for (int i = lane; i < whole; i += LANES) {
        FloatVector deviation = FloatVector.fromArray(F, x, at + i).sub(mean);
        sum = deviation.fma(deviation, sum);
      }
      sum.intoArray(lanes, lane);
    }
    for (int i = whole; i < n; i++) {
      float deviation = x[at + i] - mean;
      lanes[i - whole] = Math.fma(deviation, deviation, lanes[i - whole]);
    }
    return tree(lanes);
  }

  /**
   * y_i = exp(x_i - shift). What is left over beyond full vectors goes through a padded copy in the
   * same loop: two exponentials would be too much for one compiled method, and vectors would become
   * objects.
   */
  static void expMinus(float[] x, int xs, float shift, float[] y, int ys, int n) {
    int whole = whole(n);
    float[] end = Scratch.get().first;
    if (whole < n) {
      Arrays.fill(end, shift);
      System.arraycopy(x, xs + whole, end, 0, n - whole);
    }
    for (int i = 0; i < n; i += LEN) {
      boolean full = i < whole;
      FloatVector v = FloatVector.fromArray(F, full ? x : end, full ? xs + i : 0);
      Functions.exp(v.sub(shift)).intoArray(full ? y : end, full ? ys + i : 0);
    }
    if (whole < n) {
      System.arraycopy(end, 0, y, ys + whole, n - whole);
    }
  }

  /** y_i = x_i factor. */
  static void scale(float[] x, int xs, float factor, float[] y, int ys, int n) {
    int whole = whole(n);
    for (int i = 0; i < whole; i += LEN) {
      FloatVector.fromArray(F, x, xs + i).mul(factor).intoArray(y, ys + i);
    }
    for (int i = whole; i < n; i++) {
      y[ys + i] = x[xs + i] * factor;
    }
  }

  /** Softmax of a row, in place or not. */
  static void softmax(float[] x, int xs, float[] y, int ys, int n) {
    expMinus(x, xs, max(x, xs, n), y, ys, n);
    scale(y, ys, 1 / sum(y, ys, n), y, ys, n);
  }

  /** dx = y (g - (g . y)). */
  static void softmaxBackward(float[] y, int ys, float[] g, int gs, float[] dx, int dxs, int n) {
    float product = dot(y, ys, g, gs, n);
    int whole = whole(n);
    for (int i = 0; i < whole; i += LEN) {
      FloatVector.fromArray(F, y, ys + i)
          .mul(FloatVector.fromArray(F, g, gs + i).sub(product))
          .intoArray(dx, dxs + i);
    }
    for (int i = whole; i < n; i++) {
      dx[dxs + i] = y[ys + i] * (g[gs + i] - product);
    }
  }

  /**
   * The logarithm of the sum of the exponentials of a row.
   *
   * @param work has room for min(n, BLOCK) numbers
   */
  static float logSumExp(float[] x, int at, int n, float[] work) {
    float max = max(x, at, n);
    float sum = 0;
    for (int from = 0; from < n; from += BLOCK) {
      int length = Math.min(BLOCK, n - from);
      expMinus(x, at + from, max, work, 0, length);
      float block = sum(work, 0, length);
      sum = from == 0 ? block : sum + block;
    }
    return max + Functions.log(sum);
  }

  /**
   * {@link #logSumExp} of many rows that are shorter than a vector, whose exponentials are taken
   * together.
   *
   * @param n less than LEN
   * @param work has room for rows n numbers, rounded up to whole vectors
   */
  static void logSumExps(
      float[] x, int at, int rows, int n, float[] logs, int to, float[] work, float[] lanes) {
    for (int r = 0; r < rows; r++) {
      float max = max(x, at + r * n, n);
      logs[to + r] = max;
      for (int j = r * n; j < (r + 1) * n; j++) {
        work[j] = x[at + j] - max;
      }
    }
    GateLoops.exp(work, 0, rows * n);
    for (int r = 0; r < rows; r++) {
      logs[to + r] += Functions.log(sumBlock(work, r * n, n, lanes));
    }
  }

  /** y_i = x_i - shift. */
  static void minus(float[] x, int xs, float shift, float[] y, int ys, int n) {
    int whole = whole(n);
    for (int i = 0; i < whole; i += LEN) {
      FloatVector.fromArray(F, x, xs + i).sub(shift).intoArray(y, ys + i);
    }
    for (int i = whole; i < n; i++) {
      y[ys + i] = x[xs + i] - shift;
    }
  }

  /**
   * dx = g - exp(y) sum(g).
   *
   * @param work has room for n numbers
   */
  static void logSoftmaxBackward(
      float[] y, int ys, float[] g, int gs, float[] dx, int dxs, int n, float[] work) {
    float sum = sum(g, gs, n);
    expMinus(y, ys, 0, work, 0, n);
    int whole = whole(n);
    for (int i = 0; i < whole; i += LEN) {
      FloatVector.fromArray(F, g, gs + i)
          .sub(FloatVector.fromArray(F, work, i).mul(sum))
          .intoArray(dx, dxs + i);
    }
    for (int i = whole; i < n; i++) {
      dx[dxs + i] = g[gs + i] - work[i] * sum;
    }
  }

  /** dx_j = factor (exp(x_j - logSumExp) - (j == label)). */
  static void crossEntropyBackward(
      float[] x, int xs, int label, float logSumExp, float factor, float[] dx, int dxs, int n) {
    expMinus(x, xs, logSumExp, dx, dxs, n);
    dx[dxs + label] -= 1;
    scale(dx, dxs, factor, dx, dxs, n);
  }

  /**
   * {@link #crossEntropyBackward(float[], int, int, float, float, float[], int, int)} of many rows
   * that are shorter than a vector, whose exponentials are taken together.
   *
   * @param labels of all rows, from {@code first} on; negative where there is none
   * @param n less than LEN
   * @param work has room for rows n numbers, rounded up to whole vectors
   */
  static void crossEntropiesBackward(
      float[] x,
      int xs,
      int[] labels,
      int first,
      float[] logs,
      int logsAt,
      float[] g,
      int gs,
      float[] dx,
      int dxs,
      int rows,
      int n,
      float[] work) {
    for (int r = 0; r < rows; r++) {
      for (int j = r * n; j < (r + 1) * n; j++) {
        work[j] = x[xs + j] - logs[logsAt + r];
      }
    }
    GateLoops.exp(work, 0, rows * n);
    for (int r = 0; r < rows; r++) {
      int label = labels[first + r];
      if (label < 0) {
        Arrays.fill(dx, dxs + r * n, dxs + (r + 1) * n, 0);
        continue;
      }
      work[r * n + label] -= 1;
      for (int j = r * n; j < (r + 1) * n; j++) {
        dx[dxs + j] = work[j] * g[gs + r];
      }
    }
  }

  /** y = fma((x - mean) rstd, scale, shift). */
  static void normalize(
      float[] x,
      int xs,
      float mean,
      float rstd,
      float[] scale,
      int scales,
      float[] shift,
      int shifts,
      float[] y,
      int ys,
      int n) {
    int whole = whole(n);
    for (int i = 0; i < whole; i += LEN) {
      FloatVector.fromArray(F, x, xs + i)
          .sub(mean)
          .mul(rstd)
          .fma(
              FloatVector.fromArray(F, scale, scales + i),
              FloatVector.fromArray(F, shift, shifts + i))
          .intoArray(y, ys + i);
    }
    for (int i = whole; i < n; i++) {
      y[ys + i] = Math.fma((x[xs + i] - mean) * rstd, scale[scales + i], shift[shifts + i]);
    }
  }

  /** h = (x - mean) rstd and e = g scale. */
  static void normalAndGradient(
      float[] x,
      int xs,
      float mean,
      float rstd,
      float[] g,
      int gs,
      float[] scale,
      int scales,
      float[] h,
      float[] e,
      int n) {
    int whole = whole(n);
    for (int i = 0; i < whole; i += LEN) {
      FloatVector.fromArray(F, x, xs + i).sub(mean).mul(rstd).intoArray(h, i);
      FloatVector.fromArray(F, g, gs + i)
          .mul(FloatVector.fromArray(F, scale, scales + i))
          .intoArray(e, i);
    }
    for (int i = whole; i < n; i++) {
      h[i] = (x[xs + i] - mean) * rstd;
      e[i] = g[gs + i] * scale[scales + i];
    }
  }

  /** dx = rstd ((e - sum) - h product). */
  static void normalizeBackward(
      float[] h, float[] e, float sum, float product, float rstd, float[] dx, int dxs, int n) {
    int whole = whole(n);
    for (int i = 0; i < whole; i += LEN) {
      FloatVector.fromArray(F, e, i)
          .sub(sum)
          .sub(FloatVector.fromArray(F, h, i).mul(product))
          .mul(rstd)
          .intoArray(dx, dxs + i);
    }
    for (int i = whole; i < n; i++) {
      dx[dxs + i] = rstd * (e[i] - sum - h[i] * product);
    }
  }

  /** y = a + b. */
  static void plus(float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    int whole = whole(n);
    for (int i = 0; i < whole; i += LEN) {
      FloatVector.fromArray(F, a, as + i)
          .add(FloatVector.fromArray(F, b, bs + i))
          .intoArray(y, ys + i);
    }
    for (int i = whole; i < n; i++) {
      y[ys + i] = a[as + i] + b[bs + i];
    }
  }

  /** y += x. */
  static void add(float[] x, int xs, float[] y, int ys, int n) {
    int whole = whole(n);
    for (int i = 0; i < whole; i += LEN) {
      FloatVector.fromArray(F, y, ys + i)
          .add(FloatVector.fromArray(F, x, xs + i))
          .intoArray(y, ys + i);
    }
    for (int i = whole; i < n; i++) {
      y[ys + i] += x[xs + i];
    }
  }

  /** y = the larger of y and x. */
  static void maximum(float[] x, int xs, float[] y, int ys, int n) {
    int whole = whole(n);
    for (int i = 0; i < whole; i += LEN) {
      FloatVector.fromArray(F, y, ys + i)
          .max(FloatVector.fromArray(F, x, xs + i))
          .intoArray(y, ys + i);
    }
    for (int i = whole; i < n; i++) {
      y[ys + i] = Math.max(y[ys + i], x[xs + i]);
    }
  }

  /** y = fma(a, b, y). */
  static void addProducts(float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    int whole = whole(n);
    for (int i = 0; i < whole; i += LEN) {
      FloatVector.fromArray(F, a, as + i)
          .fma(FloatVector.fromArray(F, b, bs + i), FloatVector.fromArray(F, y, ys + i))
          .intoArray(y, ys + i);
    }
    for (int i = whole; i < n; i++) {
      y[ys + i] = Math.fma(a[as + i], b[bs + i], y[ys + i]);
    }
  }

  /** y = fma(alpha, x, y). */
  static void axpy(float alpha, float[] x, int xs, float[] y, int ys, int n) {
    int whole = whole(n);
    FloatVector factor = FloatVector.broadcast(F, alpha);
    for (int i = 0; i < whole; i += LEN) {
      FloatVector.fromArray(F, x, xs + i)
          .fma(factor, FloatVector.fromArray(F, y, ys + i))
          .intoArray(y, ys + i);
    }
    for (int i = whole; i < n; i++) {
      y[ys + i] = Math.fma(alpha, x[xs + i], y[ys + i]);
    }
  }
}
