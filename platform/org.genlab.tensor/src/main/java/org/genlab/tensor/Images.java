package org.genlab.tensor;

/**
 * Operations on batches of images [batch, height, width, channels] and of sequences [batch, length,
 * channels]: the channels are last. All are differentiable to any order.
 *
 * <pre>{@code
 * Tensor h = Images.conv2d(x, weight, bias, Window.of(3, 3).padding(1)).relu();
 * h = Images.maxPool2d(h, Window.of(2, 2).stride(2));
 * Tensor features = Images.globalAveragePool(h);         // [batch, channels]
 * }</pre>
 *
 * <p>Messages about what does not fit begin with the operation and give the shapes.
 */
public final class Images {
  private Images() {}

  /**
   * The two-dimensional convolution of the networks' literature, which is a cross-correlation: the
   * result at (p, q) is the sum over taps (i, j) and channels c of {@code weight[i, j, c, o]} times
   * the pixel at {@code (stride p - top + dilation i, stride q - left + dilation j)}, 0 outside of
   * the image.
   *
   * <p>When the weight has fewer input channels than the image, the convolution is grouped: with
   * in/g of them there are g groups, each of in/g channels of the image and out/g of the result;
   * in/g = 1 is the depthwise convolution.
   *
   * @param x [batch, height, width, in]
   * @param weight [window height, window width, in / groups, out]
   * @param bias [out], or null
   * @return [batch, rows, columns, out], see {@link Window}
   * @throws IllegalArgumentException when the shapes do not fit, the groups do not divide the
   *     channels, or the padded image is smaller than the window
   */
  public static Tensor conv2d(Tensor x, Tensor weight, Tensor bias, Window window) {
    return ConvolutionOps.conv2d(x, weight, bias, window);
  }

  /**
   * The convolution with a window of the weight's size that moves by one pixel, not padded.
   *
   * @throws IllegalArgumentException as {@link #conv2d(Tensor, Tensor, Tensor, Window)}
   */
  public static Tensor conv2d(Tensor x, Tensor weight, Tensor bias) {
    if (weight.rank() != 4 || weight.dimension(0) < 1 || weight.dimension(1) < 1) {
      throw ConvolutionOps.misfit("conv2d", x.shape(), weight.shape());
    }
    return conv2d(x, weight, bias, Window.of(weight.dimension(0), weight.dimension(1)));
  }

  /**
   * The one-dimensional convolution, see {@link #conv2d}.
   *
   * @param x [batch, length, in]
   * @param weight [window width, in / groups, out]
   * @param bias [out], or null
   * @param window of which only widths count
   * @return [batch, columns, out]
   * @throws IllegalArgumentException when the shapes do not fit, the groups do not divide the
   *     channels, or the padded sequence is smaller than the window
   */
  public static Tensor conv1d(Tensor x, Tensor weight, Tensor bias, Window window) {
    if (x.rank() != 3 || weight.rank() != 3) {
      throw ConvolutionOps.misfit("conv1d", x.shape(), weight.shape());
    }
    Tensor kernel =
        weight.reshape(1, weight.dimension(0), weight.dimension(1), weight.dimension(2));
    return sequence(
        ConvolutionOps.convolve(
            "conv1d", x.shape(), weight.shape(), image(x), kernel, bias, window.row()));
  }

  /**
   * The largest number of each window and channel; padding is never the largest. A gradient goes to
   * the first of the largest in the window, row by row.
   *
   * @param x [batch, height, width, channels]
   * @param window not dilated, and larger than its padding
   * @return [batch, rows, columns, channels]
   * @throws IllegalArgumentException for another shape or window, or when the padded image is
   *     smaller than the window
   */
  public static Tensor maxPool2d(Tensor x, Window window) {
    PoolingOps.check("maxPool2d", x);
    return PoolingOps.max("maxPool2d", x.shape(), x, window);
  }

  /**
   * The largest number of each window and channel of a sequence, see {@link #maxPool2d}.
   *
   * @param x [batch, length, channels]
   * @return [batch, columns, channels]
   * @throws IllegalArgumentException as {@link #maxPool2d}
   */
  public static Tensor maxPool1d(Tensor x, Window window) {
    Tensor image = image("maxPool1d", x);
    return sequence(PoolingOps.max("maxPool1d", x.shape(), image, window.row()));
  }

  /**
   * The mean of each window and channel.
   *
   * @param x [batch, height, width, channels]
   * @param window not dilated, and larger than its padding
   * @param countPadding whether padding counts as zeros; else the mean is over the pixels of the
   *     window that there are
   * @return [batch, rows, columns, channels]
   * @throws IllegalArgumentException for another shape or window, or when the padded image is
   *     smaller than the window
   */
  public static Tensor averagePool2d(Tensor x, Window window, boolean countPadding) {
    PoolingOps.check("averagePool2d", x);
    return PoolingOps.average("averagePool2d", x.shape(), x, window, countPadding);
  }

  /**
   * The mean of each window and channel of a sequence, see {@link #averagePool2d}.
   *
   * @param x [batch, length, channels]
   * @return [batch, columns, channels]
   * @throws IllegalArgumentException as {@link #averagePool2d}
   */
  public static Tensor averagePool1d(Tensor x, Window window, boolean countPadding) {
    Tensor image = image("averagePool1d", x);
    return sequence(
        PoolingOps.average("averagePool1d", x.shape(), image, window.row(), countPadding));
  }

  /**
   * The mean of each channel over all positions.
   *
   * @param x [batch, ..., channels], of at least 2 dimensions and at least one position
   * @return [batch, channels]
   * @throws IllegalArgumentException for another shape
   */
  public static Tensor globalAveragePool(Tensor x) {
    return PoolingOps.positions("globalAveragePool", x).mean(false, 1);
  }

  /**
   * The largest number of each channel over all positions; the gradient goes to the first.
   *
   * @param x [batch, ..., channels], of at least 2 dimensions and at least one position
   * @return [batch, channels]
   * @throws IllegalArgumentException for another shape
   */
  public static Tensor globalMaxPool(Tensor x) {
    Tensor positions = PoolingOps.positions("globalMaxPool", x);
    if (positions.dimension(1) == 0) {
      throw new IllegalArgumentException(
          "globalMaxPool: an input of shape " + x.shape() + " has no positions");
    }
    return positions.max(false, 1);
  }

  /**
   * Repeats every pixel.
   *
   * @param x [batch, height, width, channels]
   * @param vertical how many rows a row becomes, at least 1
   * @param horizontal how many columns a column becomes, at least 1
   * @return [batch, vertical height, horizontal width, channels]
   * @throws IllegalArgumentException for another shape, or a factor below 1
   */
  public static Tensor upsampleNearest(Tensor x, int vertical, int horizontal) {
    PoolingOps.check("upsampleNearest", x);
    if (vertical < 1 || horizontal < 1) {
      throw new IllegalArgumentException(
          "upsampleNearest: factors " + vertical + " and " + horizontal + " must be at least 1");
    }
    int n = x.dimension(0);
    int h = x.dimension(1);
    int w = x.dimension(2);
    int c = x.dimension(3);
    return x.reshape(n, h, 1, w, 1, c)
        .broadcastTo(Shape.of(n, h, vertical, w, horizontal, c))
        .reshape(n, h * vertical, w * horizontal, c);
  }

  /**
   * Interpolates linearly in both directions to another size, larger or smaller. Pixels are squares
   * whose centres are interpolated; beyond the outermost centres, the border's values continue
   * (what is called half-pixel centres, or unaligned corners).
   *
   * @param x [batch, at least 1, at least 1, channels]
   * @return [batch, height, width, channels]
   * @throws IllegalArgumentException for another shape, or a negative size
   */
  public static Tensor upsampleBilinear(Tensor x, int height, int width) {
    PoolingOps.check("upsampleBilinear", x);
    int n = x.dimension(0);
    int h = x.dimension(1);
    int w = x.dimension(2);
    int c = x.dimension(3);
    if (h < 1 || w < 1 || height < 0 || width < 0) {
      throw new IllegalArgumentException(
          "upsampleBilinear: images of shape "
              + x.shape()
              + " cannot become "
              + height
              + " x "
              + width);
    }
    Tensor wider = PoolingOps.interpolation(w, width).matmul(x.reshape(n * h, w, c));
    return PoolingOps.interpolation(h, height)
        .matmul(wider.reshape(n, h, width * c))
        .reshape(n, height, width, c);
  }

  private static Tensor image(String operation, Tensor x) {
    if (x.rank() != 3) {
      throw new IllegalArgumentException(
          operation
              + ": sequences of shape "
              + x.shape()
              + "; they must be [batch, length, channels]");
    }
    return image(x);
  }

  private static Tensor image(Tensor x) {
    return x.reshape(x.dimension(0), 1, x.dimension(1), x.dimension(2));
  }

  private static Tensor sequence(Tensor x) {
    return x.reshape(x.dimension(0), x.dimension(2), x.dimension(3));
  }
}
