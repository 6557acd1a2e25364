package org.genlab.tensor.contract;

import static org.genlab.tensor.contract.OperationContract.s;

import java.util.Arrays;
import org.genlab.tensor.Images;
import org.genlab.tensor.Normalization;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.Window;

/** Convolution, pooling, up-sampling, and the normalisation of columns. */
final class ImageCases {
  private ImageCases() {}

  static void addTo(OperationContract contract) {
    convolutions(contract);
    pooling(contract);
    upSampling(contract);
    normalization(contract);
  }

  private static int rows(Window w, int of) {
    return (of + w.top() + w.bottom() - w.dilationHeight() * (w.height() - 1) - 1)
            / w.strideHeight()
        + 1;
  }

  private static int columns(Window w, int of) {
    return (of + w.left() + w.right() - w.dilationWidth() * (w.width() - 1) - 1) / w.strideWidth()
        + 1;
  }

  /** What is done with a pixel of the result and a pixel of its window. */
  private interface Tap {
    void at(int image, int row, int column, int i, int j, int y, int x);
  }

  /** Visits all taps inside of the images; y and x are numbers of pixels. */
  private static void taps(int[] images, Window w, Tap tap) {
    int y = 0;
    for (int n = 0; n < images[0]; n++) {
      for (int p = 0; p < rows(w, images[1]); p++) {
        for (int q = 0; q < columns(w, images[2]); q++) {
          for (int i = 0; i < w.height(); i++) {
            for (int j = 0; j < w.width(); j++) {
              int row = p * w.strideHeight() - w.top() + i * w.dilationHeight();
              int column = q * w.strideWidth() - w.left() + j * w.dilationWidth();
              if (row >= 0 && row < images[1] && column >= 0 && column < images[2]) {
                tap.at(n, p, q, i, j, y, (n * images[1] + row) * images[2] + column);
              }
            }
          }
          y++;
        }
      }
    }
  }

  private static int[] result(int[] images, Window w, int channels) {
    return s(images[0], rows(w, images[1]), columns(w, images[2]), channels);
  }

  static Reference convolve(Reference x, Reference weight, Window w) {
    int in = x.shape[3];
    int seen = weight.shape[2];
    int out = weight.shape[3];
    Reference y = Reference.of(i -> 0, result(x.shape, w, out));
    taps(
        x.shape,
        w,
        (n, p, q, i, j, to, from) -> {
          for (int o = 0; o < out; o++) {
            int first = seen == 0 ? 0 : o / (out / (in / seen)) * seen;
            for (int c = 0; c < seen; c++) {
              y.values[to * out + o] +=
                  x.values[from * in + first + c]
                      * weight.values[((i * w.width() + j) * seen + c) * out + o];
            }
          }
        });
    return y;
  }

  private static void convolutions(OperationContract contract) {
    Object[][] cases = {
      // images, channels seen, output channels, window
      {s(2, 4, 5, 3), 3, 2, Window.of(3, 3)},
      {s(1, 4, 4, 2), 2, 3, Window.of(3, 3).padding(1)},
      {s(2, 5, 4, 1), 1, 2, Window.of(3, 2).stride(2).padding(1)},
      {s(1, 6, 5, 2), 2, 2, Window.of(2, 3).dilation(2).padding(2)},
      {s(1, 5, 5, 1), 1, 1, Window.of(2, 2).stride(3, 2).dilation(2, 3).padding(1, 2, 0, 3)},
      {s(1, 4, 3, 4), 2, 6, Window.of(2, 2).padding(0, 1, 1, 0)},
      {s(1, 4, 4, 3), 1, 3, Window.of(3, 3).same()},
      {s(1, 4, 4, 2), 1, 4, Window.of(3, 3).stride(2).same()},
      {s(2, 3, 3, 2), 2, 3, Window.of(1, 1)},
      {s(1, 5, 4, 2), 2, 2, Window.of(1, 1).stride(2)},
      {s(1, 1, 2, 1), 1, 2, Window.of(4, 3).padding(3, 2)},
      {s(1, 2, 2, 1), 1, 1, Window.of(2, 2).padding(4)},
      {s(1, 3, 3, 1), 1, 1, Window.of(1, 1).stride(2).padding(1)},
      {s(1, 1, 1, 17), 17, 1, Window.of(1, 1)},
      {s(0, 4, 4, 2), 2, 2, Window.of(3, 3)},
      {s(1, 2, 2, 0), 0, 2, Window.of(2, 2)},
      {s(1, 3, 3, 2), 2, 0, Window.of(2, 2)},
      {s(1, 0, 2, 1), 1, 1, Window.of(2, 2).padding(1)},
      {s(9, 2, 2, 1), 1, 1, Window.of(2, 2)},
    };
    for (Object[] c : cases) {
      int[] images = (int[]) c[0];
      int out = (Integer) c[2];
      Window w = (Window) c[3];
      int[] weights = s(w.height(), w.width(), (Integer) c[1], out);
      contract.add(
          "conv2d " + w,
          x -> Images.conv2d(x[0], x[1], null, w),
          x -> convolve(x[0], x[1], w),
          images,
          weights);
      contract.add(
          "conv2d with bias " + w,
          x -> Images.conv2d(x[0], x[1], x[2], w).tanh(),
          x -> convolve(x[0], x[1], w).plus(x[2]).map(Math::tanh),
          images,
          weights,
          s(out));
    }
    contract.add(
        "conv2d without a window",
        x -> Images.conv2d(x[0], x[1], x[2]),
        x -> convolve(x[0], x[1], Window.of(2, 3)).plus(x[2]),
        s(1, 3, 4, 2),
        s(2, 3, 2, 2),
        s(2));
    Window same = Window.of(3, 3).padding(1);
    contract.add(
        "conv2d of its own result",
        x -> Images.conv2d(Images.conv2d(x[0], x[1], null, same).plus(x[0]), x[1], null, same),
        x -> convolve(convolve(x[0], x[1], same).plus(x[0]), x[1], same),
        s(1, 3, 3, 2),
        s(3, 3, 2, 2));
    contract.add(
        "conv1d",
        x -> Images.conv1d(x[0], x[1], x[2], Window.of(3).stride(2).padding(1)),
        x ->
            convolve(
                    x[0].reshape(2, 1, 7, 2),
                    x[1].reshape(1, 3, 2, 3),
                    new Window(1, 3, 1, 2, 0, 0, 1, 1, 1, 1))
                .plus(x[2])
                .reshape(2, 4, 3),
        s(2, 7, 2),
        s(3, 2, 3),
        s(3));
  }

  private static Reference maxPool(Reference x, Window w) {
    int channels = x.shape[3];
    Reference y = Reference.of(i -> Double.NEGATIVE_INFINITY, result(x.shape, w, channels));
    taps(
        x.shape,
        w,
        (n, p, q, i, j, to, from) -> {
          for (int c = 0; c < channels; c++) {
            int at = to * channels + c;
            y.values[at] = Math.max(y.values[at], x.values[from * channels + c]);
          }
        });
    return y;
  }

  private static Reference averagePool(Reference x, Window w, boolean countPadding) {
    int channels = x.shape[3];
    int[] shape = result(x.shape, w, channels);
    Reference sum = Reference.of(i -> 0, shape);
    Reference count = Reference.of(i -> 0, shape);
    taps(
        x.shape,
        w,
        (n, p, q, i, j, to, from) -> {
          for (int c = 0; c < channels; c++) {
            sum.values[to * channels + c] += x.values[from * channels + c];
            count.values[to * channels + c]++;
          }
        });
    return sum.over(countPadding ? count.map(k -> w.height() * w.width()) : count);
  }

  private static void pooling(OperationContract contract) {
    Window[] windows = {
      Window.of(2, 2).stride(2),
      Window.of(2, 2),
      Window.of(3, 3).stride(2).padding(1),
      Window.of(3, 2).stride(1, 2).padding(2, 1, 0, 1),
      Window.of(1, 1),
      Window.of(2, 1).stride(3),
    };
    for (int[] images : new int[][] {s(2, 4, 5, 3), s(1, 3, 3, 17), s(0, 4, 4, 2), s(1, 4, 4, 0)}) {
      for (Window w : windows) {
        contract.add(
            "maxPool2d " + w,
            x -> Images.maxPool2d(x[0], w).exp(),
            x -> maxPool(x[0], w).map(Math::exp),
            images);
        for (boolean count : new boolean[] {false, true}) {
          contract.add(
              "averagePool2d " + w + count,
              x -> Images.averagePool2d(x[0], w, count).exp(),
              x -> averagePool(x[0], w, count).map(Math::exp),
              images);
        }
      }
    }
    contract.add(
        "maxPool2d of a sum of uses",
        x -> Images.maxPool2d(x[0], Window.of(2, 2)).plus(Images.maxPool2d(x[0], Window.of(2, 2))),
        x -> maxPool(x[0], Window.of(2, 2)).map(v -> 2 * v),
        s(1, 3, 3, 2));
    Window row = new Window(1, 3, 1, 2, 0, 0, 1, 1, 1, 1);
    contract.add(
        "maxPool1d",
        x -> Images.maxPool1d(x[0], Window.of(3).stride(2).padding(1)),
        x -> maxPool(x[0].reshape(2, 1, 5, 3), row).reshape(2, 3, 3),
        s(2, 5, 3));
    contract.add(
        "averagePool1d",
        x -> Images.averagePool1d(x[0], Window.of(3).stride(2).padding(1), false),
        x -> averagePool(x[0].reshape(2, 1, 5, 3), row, false).reshape(2, 3, 3),
        s(2, 5, 3));
    contract.add(
        "globalAveragePool",
        x -> Images.globalAveragePool(x[0]).exp(),
        x -> x[0].mean(1, 2).squeeze(1, 2).map(Math::exp),
        s(2, 3, 2, 5));
    contract.add(
        "globalMaxPool",
        x -> Images.globalMaxPool(x[0]).exp(),
        x -> x[0].max(1).squeeze(1).map(Math::exp),
        s(2, 3, 5));
  }

  /** The value of a line of numbers at a place between the centres of pixels. */
  private static Reference stretch(Reference x, int axis, int to) {
    int n = x.shape[axis];
    Reference[] slices = new Reference[to];
    for (int i = 0; i < to; i++) {
      double place = Math.min(Math.max((i + 0.5) * n / to - 0.5, 0), n - 1);
      int below = (int) Math.floor(place);
      int above = Math.min(n - 1, below + 1);
      Reference lower = x.slice(axis, below, below + 1);
      Reference upper = x.slice(axis, above, above + 1);
      slices[i] = lower.plus(upper.minus(lower).map(d -> d * (place - below)));
    }
    return Reference.concat(axis, slices);
  }

  private static void upSampling(OperationContract contract) {
    for (int[] images : new int[][] {s(2, 3, 2, 3), s(1, 1, 1, 1), s(0, 2, 2, 1)}) {
      contract.add(
          "upsampleNearest",
          x -> Images.upsampleNearest(x[0], 2, 3).exp(),
          x ->
              Reference.of(
                      i -> {
                        int c = images[3];
                        int column = i / c % (3 * images[2]) / 3;
                        int row = i / c / (3 * images[2]);
                        int n = row / (2 * images[1]);
                        int from = row % (2 * images[1]) / 2;
                        int at = ((n * images[1] + from) * images[2] + column) * c + i % c;
                        return x[0].values[at];
                      },
                      images[0],
                      2 * images[1],
                      3 * images[2],
                      images[3])
                  .map(Math::exp),
          images);
      for (int[] size : new int[][] {s(6, 4), s(5, 1), s(1, 3), s(3, 2)}) {
        if (images[0] > 0) {
          contract.add(
              "upsampleBilinear to " + Arrays.toString(size),
              x -> Images.upsampleBilinear(x[0], size[0], size[1]).exp(),
              x -> stretch(stretch(x[0], 2, size[1]), 1, size[0]).map(Math::exp),
              images);
        }
      }
    }
  }

  /** Normalises over the middle axis of [outer, rows, n]. */
  static Reference normalize(Reference x, double epsilon) {
    Reference centred = x.minus(x.mean(1));
    Reference variance = centred.times(centred).mean(1);
    return centred.over(variance.map(v -> Math.sqrt(v + epsilon)));
  }

  /** Normalises groups of the channels of [batch, ..., channels]. */
  static Reference group(Reference x, int groups) {
    int batch = x.shape[0];
    int width = x.shape[x.rank() - 1] / groups;
    if (x.values.length == 0) {
      return x;
    }
    int positions = x.values.length / (batch * groups * width);
    Reference rows = x.reshape(batch, positions, groups, width).permute(0, 2, 1, 3);
    Reference y = normalize(rows.reshape(batch * groups, positions * width, 1), 0.1);
    return y.reshape(batch, groups, positions, width).permute(0, 2, 1, 3).reshape(x.shape);
  }

  private static void normalization(OperationContract contract) {
    for (int[] shape : new int[][] {s(6, 3), s(4, 2, 3, 2), s(2, 3, 17), s(70, 1), s(1, 3, 1)}) {
      int n = shape[shape.length - 1];
      int batch = shape[0];
      int rows = Reference.product(shape) / n;
      int[] row = s(n);
      contract.add(
          "batchNorm",
          x -> Normalization.batch(x[0], x[1], x[2], 0.1).output(),
          x -> normalize(x[0].reshape(1, rows, n), 0.1).times(x[1]).plus(x[2]).reshape(shape),
          shape,
          row,
          row);
      contract.add(
          "batchNorm of a sum of uses",
          x -> {
            Tensor y = Normalization.batch(x[0], x[1], x[2], 0.1).output().plus(x[0]);
            return Normalization.batch(y, x[1], x[2], 0.2).output();
          },
          x -> {
            Reference of = x[0].reshape(1, rows, n);
            Reference y = normalize(of, 0.1).times(x[1]).plus(x[2]).plus(of);
            return normalize(y, 0.2).times(x[1]).plus(x[2]).reshape(shape);
          },
          shape,
          row,
          row);
      contract.add(
          "batchNorm with relu",
          x -> Normalization.batchRelu(x[0], x[1], x[2], 0.1).output(),
          x ->
              normalize(x[0].reshape(1, rows, n), 0.1)
                  .times(x[1])
                  .plus(x[2])
                  .reshape(shape)
                  .map(v -> Math.max(v, 0)),
          shape,
          row,
          row);
      contract.add(
          "batchNorm with given statistics",
          x -> Normalization.inference(x[0], x[1], x[2].square(), x[3], x[4], 0.1),
          x -> x[0].minus(x[1]).over(x[2].map(v -> Math.sqrt(v * v + 0.1))).times(x[3]).plus(x[4]),
          shape,
          row,
          row,
          row,
          row);
      if (rows > batch) {
        contract.add(
            "instanceNorm",
            x -> Normalization.instance(x[0], x[1], x[2], 0.1),
            x ->
                normalize(x[0].reshape(batch, rows / batch, n), 0.1)
                    .times(x[1])
                    .plus(x[2])
                    .reshape(shape),
            shape,
            row,
            row);
      }
    }
    contract.add(
        "ghostBatchNorm",
        x -> Normalization.ghostBatch(x[0], 2, x[1], x[2], 0.1).output(),
        x -> normalize(x[0].reshape(2, 6, 2), 0.1).times(x[1]).plus(x[2]).reshape(4, 3, 2),
        s(4, 3, 2),
        s(2),
        s(2));
    for (int groups : new int[] {1, 2, 4}) {
      contract.add(
          "groupNorm",
          x -> Normalization.group(x[0], groups, x[1], x[2], 0.1),
          x -> group(x[0], groups).times(x[1]).plus(x[2]),
          s(2, 3, 4),
          s(4),
          s(4));
    }
  }
}
