package org.genlab.tensor.backend;

import java.util.Arrays;

/** Pooling, one number after the other. */
final class ScalarPooling {
  /** What is done with each window. */
  @FunctionalInterface
  private interface Visitor {
    /**
     * @param to the place of the result
     * @param taps the places in the image, in ascending order
     */
    void visit(int to, int[] taps);
  }

  private ScalarPooling() {}

  private static void windows(Pooling f, Visitor visitor) {
    int to = 0;
    for (int n = 0; n < f.batch(); n++) {
      for (int p = 0; p < f.outHeight(); p++) {
        int row = p * f.strideHeight() - f.top();
        int top = Math.max(0, row);
        int bottom = Math.min(f.height(), row + f.kernelHeight());
        for (int q = 0; q < f.outWidth(); q++) {
          int column = q * f.strideWidth() - f.left();
          int left = Math.max(0, column);
          int right = Math.min(f.width(), column + f.kernelWidth());
          for (int c = 0; c < f.channels(); c++) {
            int[] taps = new int[(bottom - top) * (right - left)];
            int count = 0;
            for (int i = top; i < bottom; i++) {
              for (int j = left; j < right; j++) {
                taps[count++] = ((n * f.height() + i) * f.width() + j) * f.channels() + c;
              }
            }
            visitor.visit(to++, taps);
          }
        }
      }
    }
  }

  private static int size(Pooling f) {
    return f.batch() * f.height() * f.width() * f.channels();
  }

  private static void clear(Pooling f, Span dx, boolean accumulate) {
    if (!accumulate) {
      Arrays.fill(dx.array(), dx.offset(), dx.offset() + size(f), 0);
    }
  }

  static void max(Pooling f, Span x, Span y) {
    windows(
        f,
        (to, taps) -> {
          float max = x.array()[x.offset() + taps[0]];
          for (int tap : taps) {
            max = Math.max(max, x.array()[x.offset() + tap]);
          }
          y.array()[y.offset() + to] = max;
        });
  }

  static void maxBackward(Pooling f, Span x, Span y, Span g, Span dx, boolean accumulate) {
    clear(f, dx, accumulate);
    windows(
        f,
        (to, taps) -> {
          int winner = 0;
          while (x.array()[x.offset() + taps[winner]] < y.array()[y.offset() + to]) {
            winner++;
          }
          dx.array()[dx.offset() + taps[winner]] += g.array()[g.offset() + to];
        });
  }

  private static int count(Pooling f, int[] taps, boolean countPadding) {
    return countPadding ? f.kernelHeight() * f.kernelWidth() : taps.length;
  }

  static void average(Pooling f, boolean countPadding, Span x, Span y) {
    windows(
        f,
        (to, taps) -> {
          float sum = 0;
          for (int tap : taps) {
            sum += x.array()[x.offset() + tap];
          }
          y.array()[y.offset() + to] = sum / count(f, taps, countPadding);
        });
  }

  static void averageBackward(
      Pooling f, boolean countPadding, Span g, Span dx, boolean accumulate) {
    clear(f, dx, accumulate);
    windows(
        f,
        (to, taps) -> {
          float part = g.array()[g.offset() + to] / count(f, taps, countPadding);
          for (int tap : taps) {
            dx.array()[dx.offset() + tap] += part;
          }
        });
  }
}
