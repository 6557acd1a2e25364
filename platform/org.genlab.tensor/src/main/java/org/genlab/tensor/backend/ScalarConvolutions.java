package org.genlab.tensor.backend;

/** Convolutions, one number after the other. */
final class ScalarConvolutions {
  private ScalarConvolutions() {}

  private static int pixel(int image, int row, int column, int height, int width) {
    return (image * height + row) * width + column;
  }

  /** A number of an image, 0 outside of it. */
  private static float at(
      Span x, int image, int row, int column, int channel, int height, int width, int channels) {
    if (row < 0 || row >= height || column < 0 || column >= width) {
      return 0;
    }
    int at = pixel(image, row, column, height, width) * channels + channel;
    return x.array()[x.offset() + at];
  }

  static void convolve(Convolution f, Span x, Span w, Span bias, Span y) {
    float[] ws = w.array();
    float[] ys = y.array();
    int in = f.groupChannels();
    for (int n = 0; n < f.batch(); n++) {
      for (int p = 0; p < f.outHeight(); p++) {
        for (int q = 0; q < f.outWidth(); q++) {
          for (int o = 0; o < f.outChannels(); o++) {
            int first = o / f.groupOutChannels() * in;
            int wt = w.offset() + o;
            float sum = 0;
            for (int i = 0; i < f.kernelHeight(); i++) {
              for (int j = 0; j < f.kernelWidth(); j++) {
                int row = p * f.strideHeight() - f.top() + i * f.dilationHeight();
                int column = q * f.strideWidth() - f.left() + j * f.dilationWidth();
                for (int c = 0; c < in; c++) {
                  float value =
                      at(x, n, row, column, first + c, f.height(), f.width(), f.channels());
                  sum = Math.fma(value, ws[wt], sum);
                  wt += f.outChannels();
                }
              }
            }
            int to = pixel(n, p, q, f.outHeight(), f.outWidth()) * f.outChannels() + o;
            ys[y.offset() + to] = bias == null ? sum : sum + bias.array()[bias.offset() + o];
          }
        }
      }
    }
  }

  static void convolveInput(Convolution f, Span g, Span w, Span dx, boolean accumulate) {
    for (int n = 0; n < f.batch(); n++) {
      for (int row = 0; row < f.height(); row++) {
        for (int column = 0; column < f.width(); column++) {
          for (int c = 0; c < f.channels(); c++) {
            int to = dx.offset() + pixel(n, row, column, f.height(), f.width()) * f.channels() + c;
            dx.array()[to] = input(f, g, w, n, row, column, c, accumulate ? dx.array()[to] : 0);
          }
        }
      }
    }
  }

  private static float input(
      Convolution f, Span g, Span w, int n, int row, int column, int c, float start) {
    int out = f.groupOutChannels();
    int in = f.groupChannels();
    int first = c / in * out;
    float sum = start;
    for (int i = f.kernelHeight() - 1; i >= 0; i--) {
      int down = row + f.top() - i * f.dilationHeight();
      if (Math.floorMod(down, f.strideHeight()) != 0) {
        continue;
      }
      for (int j = f.kernelWidth() - 1; j >= 0; j--) {
        int right = column + f.left() - j * f.dilationWidth();
        if (Math.floorMod(right, f.strideWidth()) != 0) {
          continue;
        }
        int p = Math.floorDiv(down, f.strideHeight());
        int q = Math.floorDiv(right, f.strideWidth());
        int wt = w.offset() + ((i * f.kernelWidth() + j) * in + c % in) * f.outChannels() + first;
        for (int o = 0; o < out; o++) {
          float value = at(g, n, p, q, first + o, f.outHeight(), f.outWidth(), f.outChannels());
          sum = Math.fma(value, w.array()[wt + o], sum);
        }
      }
    }
    return sum;
  }

  static void convolveWeight(Convolution f, Span x, Span g, Span dw, boolean accumulate) {
    int in = f.groupChannels();
    int to = dw.offset();
    for (int i = 0; i < f.kernelHeight(); i++) {
      for (int j = 0; j < f.kernelWidth(); j++) {
        for (int c = 0; c < in; c++) {
          for (int o = 0; o < f.outChannels(); o++) {
            float sum = 0;
            for (int n = 0; n < f.batch(); n += Backend.IMAGES) {
              int end = Math.min(f.batch(), n + Backend.IMAGES);
              float block = weight(f, x, g, n, end, i, j, o / f.groupOutChannels() * in + c, o);
              sum = n == 0 ? block : sum + block;
            }
            dw.array()[to] = accumulate ? dw.array()[to] + sum : sum;
            to++;
          }
        }
      }
    }
  }

  private static float weight(
      Convolution f, Span x, Span g, int from, int end, int i, int j, int c, int o) {
    float sum = 0;
    int gt = g.offset() + from * f.outHeight() * f.outWidth() * f.outChannels() + o;
    for (int n = from; n < end; n++) {
      for (int p = 0; p < f.outHeight(); p++) {
        for (int q = 0; q < f.outWidth(); q++) {
          int row = p * f.strideHeight() - f.top() + i * f.dilationHeight();
          int column = q * f.strideWidth() - f.left() + j * f.dilationWidth();
          float value = at(x, n, row, column, c, f.height(), f.width(), f.channels());
          sum = Math.fma(value, g.array()[gt], sum);
          gt += f.outChannels();
        }
      }
    }
    return sum;
  }
}
