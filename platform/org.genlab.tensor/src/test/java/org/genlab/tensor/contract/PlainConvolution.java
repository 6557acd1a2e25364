package org.genlab.tensor.contract;

/**
 * The convolution of images [batch, size, size, in] with weights [3, 3, in, out], padded by one,
 * and its gradients, as plain loops in double precision.
 */
final class PlainConvolution {
  private final int batch;
  private final int size;
  private final int in;
  private final int out;

  PlainConvolution(int batch, int size, int in, int out) {
    this.batch = batch;
    this.size = size;
    this.in = in;
    this.out = out;
  }

  /** What is done with a pixel of the images, a tap and a pixel of the result. */
  private interface Tap {
    void at(int pixel, int tap, int result);
  }

  private void taps(Tap visitor) {
    for (int n = 0; n < batch; n++) {
      for (int row = 0; row < size; row++) {
        for (int column = 0; column < size; column++) {
          for (int tap = 0; tap < 9; tap++) {
            int y = row + tap / 3 - 1;
            int x = column + tap % 3 - 1;
            if (y >= 0 && y < size && x >= 0 && x < size) {
              int image = n * size;
              visitor.at((image + y) * size + x, tap, (image + row) * size + column);
            }
          }
        }
      }
    }
  }

  Sums forward(double[] x, double[] weight) {
    Sums y = new Sums(batch * size * size * out);
    taps(
        (pixel, tap, result) -> {
          for (int c = 0; c < in; c++) {
            double value = x[pixel * in + c];
            for (int o = 0; o < out; o++) {
              y.add(result * out + o, value * weight[(tap * in + c) * out + o]);
            }
          }
        });
    return y;
  }

  Sums inputGradient(double[] weight, double[] g) {
    Sums dx = new Sums(batch * size * size * in);
    taps(
        (pixel, tap, result) -> {
          for (int c = 0; c < in; c++) {
            for (int o = 0; o < out; o++) {
              dx.add(pixel * in + c, g[result * out + o] * weight[(tap * in + c) * out + o]);
            }
          }
        });
    return dx;
  }

  Sums weightGradient(double[] x, double[] g) {
    Sums dw = new Sums(9 * in * out);
    taps(
        (pixel, tap, result) -> {
          for (int c = 0; c < in; c++) {
            double value = x[pixel * in + c];
            for (int o = 0; o < out; o++) {
              dw.add((tap * in + c) * out + o, value * g[result * out + o]);
            }
          }
        });
    return dw;
  }
}
