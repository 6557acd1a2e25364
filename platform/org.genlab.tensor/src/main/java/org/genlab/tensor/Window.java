package org.genlab.tensor;

/**
 * The window that a convolution or a pooling moves over an image: its size, its steps, the padding
 * around the image, and the distance of its taps.
 *
 * <pre>{@code
 * Window.of(3, 3).stride(2).padding(1)
 * }</pre>
 *
 * <p>Of n pixels with padding p before and q after them, a window of k taps at distance d
 * (dilation) with steps of s gives {@code floor((n + p + q - d (k - 1) - 1) / s) + 1}.
 * One-dimensional operations use the widths only.
 *
 * @param height rows of taps, at least 1
 * @param width columns of taps, at least 1
 * @param strideHeight the step from row to row, at least 1
 * @param strideWidth the step from column to column, at least 1
 * @param top padding above the image, at least 0
 * @param bottom padding below the image, at least 0
 * @param left padding to the left of the image, at least 0
 * @param right padding to the right of the image, at least 0
 * @param dilationHeight the distance between rows of taps, at least 1
 * @param dilationWidth the distance between columns of taps, at least 1
 */
public record Window(
    int height,
    int width,
    int strideHeight,
    int strideWidth,
    int top,
    int bottom,
    int left,
    int right,
    int dilationHeight,
    int dilationWidth) {

  /**
   * @throws IllegalArgumentException when a size, step or distance is less than 1, or a padding is
   *     negative
   */
  public Window {
    atLeast(1, "height", height);
    atLeast(1, "width", width);
    atLeast(1, "stride", Math.min(strideHeight, strideWidth));
    atLeast(0, "padding", Math.min(Math.min(top, bottom), Math.min(left, right)));
    atLeast(1, "dilation", Math.min(dilationHeight, dilationWidth));
  }

  private static void atLeast(int least, String what, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "Window: " + what + " " + value + "; it must be at least " + least);
    }
  }

  /** A window without padding that moves by one pixel. */
  public static Window of(int height, int width) {
    return new Window(height, width, 1, 1, 0, 0, 0, 0, 1, 1);
  }

  /** A window of one row, for one-dimensional operations. */
  public static Window of(int width) {
    return of(1, width);
  }

  /** The same window with that step in both directions. */
  public Window stride(int stride) {
    return stride(stride, stride);
  }

  /** The same window with those steps from row to row and from column to column. */
  public Window stride(int vertical, int horizontal) {
    return new Window(
        height,
        width,
        vertical,
        horizontal,
        top,
        bottom,
        left,
        right,
        dilationHeight,
        dilationWidth);
  }

  /** The same window with that padding on each side. */
  public Window padding(int padding) {
    return padding(padding, padding, padding, padding);
  }

  /** The same window with that padding above and below, and to the left and right. */
  public Window padding(int vertical, int horizontal) {
    return padding(vertical, vertical, horizontal, horizontal);
  }

  /** The same window with those paddings. */
  public Window padding(int above, int below, int before, int after) {
    return new Window(
        height,
        width,
        strideHeight,
        strideWidth,
        above,
        below,
        before,
        after,
        dilationHeight,
        dilationWidth);
  }

  /**
   * The same window with the padding with which a step of 1 keeps the size of the image; where it
   * is odd, the larger part is below and to the right.
   */
  public Window same() {
    int vertical = (height - 1) * dilationHeight;
    int horizontal = (width - 1) * dilationWidth;
    return padding(
        vertical / 2, vertical - vertical / 2, horizontal / 2, horizontal - horizontal / 2);
  }

  /** The same window with that distance between its taps in both directions. */
  public Window dilation(int dilation) {
    return dilation(dilation, dilation);
  }

  /** The same window with those distances between its rows and its columns of taps. */
  public Window dilation(int vertical, int horizontal) {
    return new Window(
        height, width, strideHeight, strideWidth, top, bottom, left, right, vertical, horizontal);
  }

  /** The first row of it, for one-dimensional operations. */
  Window row() {
    return new Window(1, width, 1, strideWidth, 0, 0, left, right, 1, dilationWidth);
  }

  /** The rows of the result for an image of so many; less than 1 when the window is too large. */
  int rows(int of) {
    return Math.floorDiv(of + top + bottom - dilationHeight * (height - 1) - 1, strideHeight) + 1;
  }

  /** The columns of the result for an image of so many. */
  int columns(int of) {
    return Math.floorDiv(of + left + right - dilationWidth * (width - 1) - 1, strideWidth) + 1;
  }
}
