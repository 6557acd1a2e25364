package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.LEN;
import static org.genlab.compute.jvm.Lanes.whole;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.genlab.tensor.backend.Pooling;

/** Pooling, the channels in vectors; images and rows of results are shared out. */
final class PoolingLoops {
  /** Work on a pixel of the result. */
  @FunctionalInterface
  private interface PixelTask {
    /**
     * @param y where its numbers are
     * @param x where the first pixel of its window is
     * @param taps the distances of the pixels of its window from there
     * @param count how many there are
     */
    void run(int y, int x, int[] taps, int count);
  }

  private PoolingLoops() {}

  /** Whether every window lies inside of the image. */
  private static boolean isInside(Pooling f) {
    return f.top() == 0
        && f.left() == 0
        && (f.outHeight() - 1) * f.strideHeight() + f.kernelHeight() <= f.height()
        && (f.outWidth() - 1) * f.strideWidth() + f.kernelWidth() <= f.width();
  }

  /** Whether windows are next to each other and cover the image. */
  private static boolean isTiling(Pooling f) {
    return isInside(f)
        && f.strideHeight() == f.kernelHeight()
        && f.strideWidth() == f.kernelWidth()
        && f.outHeight() * f.kernelHeight() == f.height()
        && f.outWidth() * f.kernelWidth() == f.width();
  }

  private static boolean isTwoByTwo(Pooling f) {
    return isInside(f) && f.kernelHeight() == 2 && f.kernelWidth() == 2;
  }

  private static int size(Pooling f) {
    return f.height() * f.width() * f.channels();
  }

  /** Shares out rows of the result. */
  private static void rows(Workers workers, Pooling f, Workers.Task row) {
    share(
        workers,
        f.batch() * f.outHeight(),
        f.outWidth() * f.channels() * f.kernelHeight() * f.kernelWidth(),
        row);
  }

  private static void share(Workers workers, int units, int work, Workers.Task task) {
    int together = Math.max(1, 4 * JvmBackend.CHUNK / Math.max(1, work));
    workers.run(
        (units + together - 1) / together,
        chunk -> {
          int end = Math.min(units, (chunk + 1) * together);
          for (int unit = chunk * together; unit < end; unit++) {
            task.run(unit);
          }
        });
  }

  /**
   * Runs over the pixels of a row of the result.
   *
   * @param row counted over all images
   */
  private static void pixels(Pooling f, int row, PixelTask task) {
    int[] taps = new int[f.kernelHeight() * f.kernelWidth()];
    int image = row / f.outHeight();
    int up = row % f.outHeight() * f.strideHeight() - f.top();
    int top = Math.max(0, up);
    int bottom = Math.min(f.height(), up + f.kernelHeight());
    int widthOfTaps = -1;
    int count = 0;
    for (int q = 0; q < f.outWidth(); q++) {
      int column = q * f.strideWidth() - f.left();
      int left = Math.max(0, column);
      int width = Math.min(f.width(), column + f.kernelWidth()) - left;
      if (width != widthOfTaps) {
        widthOfTaps = width;
        count = 0;
        for (int i = 0; i < bottom - top; i++) {
          for (int j = 0; j < width; j++) {
            taps[count++] = (i * f.width() + j) * f.channels();
          }
        }
      }
      int x = ((image * f.height() + top) * f.width() + left) * f.channels();
      task.run((row * f.outWidth() + q) * f.channels(), x, taps, count);
    }
  }

  static void max(Workers workers, Pooling f, float[] x, int xs, float[] y, int ys) {
    int n = f.channels();
    if (isTwoByTwo(f)) {
      rows(
          workers,
          f,
          row -> {
            int image = row / f.outHeight();
            int up = image * f.height() + row % f.outHeight() * f.strideHeight();
            maxOfFour(f, x, xs + up * f.width() * n, y, ys + row * f.outWidth() * n);
          });
      return;
    }
    rows(
        workers,
        f,
        row ->
            pixels(f, row, (to, at, taps, count) -> max(x, xs + at, taps, count, y, ys + to, n)));
  }

  private static void maxOfFour(Pooling f, float[] x, int at, float[] y, int to) {
    int n = f.channels();
    int below = f.width() * n;
    int whole = whole(n);
    for (int q = 0; q < f.outWidth(); q++) {
      int from = at + q * f.strideWidth() * n;
      int place = to + q * n;
      for (int c = 0; c < whole; c += LEN) {
        FloatVector.fromArray(F, x, from + c)
            .max(FloatVector.fromArray(F, x, from + n + c))
            .max(FloatVector.fromArray(F, x, from + below + c))
            .max(FloatVector.fromArray(F, x, from + below + n + c))
            .intoArray(y, place + c);
      }
      for (int c = whole; c < n; c++) {
        float upper = Math.max(x[from + c], x[from + n + c]);
        float lower = Math.max(x[from + below + c], x[from + below + n + c]);
        y[place + c] = Math.max(upper, lower);
      }
    }
  }

  private static void max(float[] x, int at, int[] taps, int count, float[] y, int to, int n) {
    int whole = whole(n);
    for (int c = 0; c < whole; c += LEN) {
      FloatVector max = FloatVector.fromArray(F, x, at + c);
      for (int k = 1; k < count; k++) {
        max = max.max(FloatVector.fromArray(F, x, at + taps[k] + c));
      }
      max.intoArray(y, to + c);
    }
    for (int c = whole; c < n; c++) {
      float max = x[at + c];
      for (int k = 1; k < count; k++) {
        max = Math.max(max, x[at + taps[k] + c]);
      }
      y[to + c] = max;
    }
  }

  static void maxBackward(
      Workers workers,
      Pooling f,
      float[] x,
      int xs,
      float[] y,
      int ys,
      float[] g,
      int gs,
      float[] dx,
      int dxs,
      boolean accumulate) {
    int n = f.channels();
    if (isTwoByTwo(f) && isTiling(f)) {
      rows(
          workers,
          f,
          row -> {
            int image = row / f.outHeight();
            int up = image * f.height() + row % f.outHeight() * f.strideHeight();
            int from = up * f.width() * n;
            int at = row * f.outWidth() * n;
            int to = dxs + from;
            maxOfFourBackward(f, x, xs + from, y, ys + at, g, gs + at, dx, to, accumulate);
          });
      return;
    }
    share(
        workers,
        f.batch(),
        f.outHeight() * f.outWidth() * n * f.kernelHeight() * f.kernelWidth(),
        image -> {
          clear(f, image, dx, dxs, accumulate);
          for (int p = 0; p < f.outHeight(); p++) {
            pixels(
                f,
                image * f.outHeight() + p,
                (to, at, taps, count) ->
                    maxBackward(x, xs + at, taps, count, y, ys + to, g, gs + to, dx, dxs + at, n));
          }
        });
  }

  private static void clear(Pooling f, int image, float[] dx, int dxs, boolean accumulate) {
    if (!accumulate) {
      Arrays.fill(dx, dxs + image * size(f), dxs + (image + 1) * size(f), 0);
    }
  }

  private static void maxOfFourBackward(
      Pooling f,
      float[] x,
      int xs,
      float[] y,
      int ys,
      float[] g,
      int gs,
      float[] dx,
      int dxs,
      boolean accumulate) {
    int n = f.channels();
    int below = f.width() * n;
    int whole = whole(n);
    for (int q = 0; q < f.outWidth(); q++) {
      int at = 2 * q * n;
      for (int c = 0; c < whole; c += LEN) {
        int from = xs + at + c;
        int to = dxs + at + c;
        FloatVector max = FloatVector.fromArray(F, y, ys + q * n + c);
        FloatVector rest = FloatVector.fromArray(F, g, gs + q * n + c);
        FloatVector zero = FloatVector.zero(F);
        var less0 = FloatVector.fromArray(F, x, from).compare(VectorOperators.LT, max);
        FloatVector d0 = rest.blend(zero, less0);
        rest = zero.blend(rest, less0);
        var less1 = FloatVector.fromArray(F, x, from + n).compare(VectorOperators.LT, max);
        FloatVector d1 = rest.blend(zero, less1);
        rest = zero.blend(rest, less1);
        var less2 = FloatVector.fromArray(F, x, from + below).compare(VectorOperators.LT, max);
        FloatVector d2 = rest.blend(zero, less2);
        FloatVector d3 = zero.blend(rest, less2);
        if (accumulate) {
          d0.add(FloatVector.fromArray(F, dx, to)).intoArray(dx, to);
          d1.add(FloatVector.fromArray(F, dx, to + n)).intoArray(dx, to + n);
          d2.add(FloatVector.fromArray(F, dx, to + below)).intoArray(dx, to + below);
          d3.add(FloatVector.fromArray(F, dx, to + below + n)).intoArray(dx, to + below + n);
        } else {
          d0.add(zero).intoArray(dx, to);
          d1.add(zero).intoArray(dx, to + n);
          d2.add(zero).intoArray(dx, to + below);
          d3.add(zero).intoArray(dx, to + below + n);
        }
      }
      for (int c = whole; c < n; c++) {
        int from = xs + at + c;
        int to = dxs + at + c;
        float max = y[ys + q * n + c];
        float gradient = g[gs + q * n + c];
        int winner =
            !(x[from] < max) ? 0 : !(x[from + n] < max) ? 1 : !(x[from + below] < max) ? 2 : 3;
        for (int k = 0; k < 4; k++) {
          int place = to + (k & 1) * n + (k >> 1) * below;
          float d = k == winner ? gradient : 0;
          dx[place] = d + (accumulate ? dx[place] : 0);
        }
      }
    }
  }

  private static void maxBackward(
      float[] x,
      int xs,
      int[] taps,
      int count,
      float[] y,
      int ys,
      float[] g,
      int gs,
      float[] dx,
      int dxs,
      int n) {
    int whole = whole(n);
    FloatVector zero = FloatVector.zero(F);
    for (int c = 0; c < whole; c += LEN) {
      FloatVector max = FloatVector.fromArray(F, y, ys + c);
      FloatVector rest = FloatVector.fromArray(F, g, gs + c);
      for (int k = 0; k < count; k++) {
        var less = FloatVector.fromArray(F, x, xs + taps[k] + c).compare(VectorOperators.LT, max);
        int to = dxs + taps[k] + c;
        FloatVector.fromArray(F, dx, to).add(rest.blend(zero, less)).intoArray(dx, to);
        rest = zero.blend(rest, less);
      }
    }
    for (int c = whole; c < n; c++) {
      float rest = g[gs + c];
      for (int k = 0; k < count; k++) {
        boolean less = x[xs + taps[k] + c] < y[ys + c];
        dx[dxs + taps[k] + c] += less ? 0 : rest;
        rest = less ? rest : 0;
      }
    }
  }

  static void average(
      Workers workers, Pooling f, boolean countPadding, float[] x, int xs, float[] y, int ys) {
    int n = f.channels();
    int all = f.kernelHeight() * f.kernelWidth();
    rows(
        workers,
        f,
        row ->
            pixels(
                f,
                row,
                (to, at, taps, count) ->
                    average(x, xs + at, taps, count, countPadding ? all : count, y, ys + to, n)));
  }

  private static void average(
      float[] x, int at, int[] taps, int count, float divisor, float[] y, int to, int n) {
    int whole = whole(n);
    for (int c = 0; c < whole; c += LEN) {
      FloatVector sum = FloatVector.zero(F);
      for (int k = 0; k < count; k++) {
        sum = sum.add(FloatVector.fromArray(F, x, at + taps[k] + c));
      }
      sum.div(divisor).intoArray(y, to + c);
    }
    for (int c = whole; c < n; c++) {
      float sum = 0;
      for (int k = 0; k < count; k++) {
        sum += x[at + taps[k] + c];
      }
      y[to + c] = sum / divisor;
    }
  }

  static void averageBackward(
      Workers workers,
      Pooling f,
      boolean countPadding,
      float[] g,
      int gs,
      float[] dx,
      int dxs,
      boolean accumulate) {
    int n = f.channels();
    int all = f.kernelHeight() * f.kernelWidth();
    share(
        workers,
        f.batch(),
        f.outHeight() * f.outWidth() * n * all,
        image -> {
          clear(f, image, dx, dxs, accumulate);
          for (int p = 0; p < f.outHeight(); p++) {
            pixels(
                f,
                image * f.outHeight() + p,
                (from, at, taps, count) ->
                    spread(g, gs + from, countPadding ? all : count, taps, count, dx, dxs + at, n));
          }
        });
  }

  private static void spread(
      float[] g, int gs, float divisor, int[] taps, int count, float[] dx, int dxs, int n) {
    int whole = whole(n);
    for (int c = 0; c < whole; c += LEN) {
      FloatVector part = FloatVector.fromArray(F, g, gs + c).div(divisor);
      for (int k = 0; k < count; k++) {
        int to = dxs + taps[k] + c;
        FloatVector.fromArray(F, dx, to).add(part).intoArray(dx, to);
      }
    }
    for (int c = whole; c < n; c++) {
      float part = g[gs + c] / divisor;
      for (int k = 0; k < count; k++) {
        dx[dxs + taps[k] + c] += part;
      }
    }
  }
}
