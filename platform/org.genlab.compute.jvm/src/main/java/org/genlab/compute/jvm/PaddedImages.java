package org.genlab.compute.jvm;

import java.util.Arrays;

/**
 * A view of images as a convolution reads them: with zeros around, where its taps reach beyond.
 *
 * @param x [images, height, width, channels], from start on
 * @param above the first row that is read, negative above the image
 * @param before the first column that is read, negative to the left of the image
 * @param across the columns that are read
 * @param copied whether rows have to be copied; else they are read as they lie
 */
record PaddedImages(
    float[] x,
    int start,
    int height,
    int width,
    int channels,
    int above,
    int before,
    int across,
    boolean copied) {

  /**
   * @param down the rows that are read
   */
  static PaddedImages of(
      float[] x,
      int start,
      int height,
      int width,
      int channels,
      int above,
      int down,
      int before,
      int across) {
    boolean inside =
        above >= 0 && above + down <= height && before >= 0 && before + across <= width;
    return new PaddedImages(x, start, height, width, channels, above, before, across, !inside);
  }

  /** The distance between rows that are read. */
  int rowStride() {
    return (copied ? across : width) * channels;
  }

  /** Where the first number that is read of a row lies in {@link #x}, when it is not copied. */
  int place(int image, int row) {
    return start + ((image * height + above + row) * width + before) * channels;
  }

  /** Copies rows of an image, with zeros around. */
  void copy(int image, int row, int rows, float[] to) {
    int length = across * channels;
    int left = Math.min(Math.max(0, -before), across);
    int right = Math.max(left, Math.min(across, width - before));
    for (int r = 0; r < rows; r++) {
      int at = r * length;
      int from = above + row + r;
      if (from < 0 || from >= height) {
        Arrays.fill(to, at, at + length, 0);
        continue;
      }
      Arrays.fill(to, at, at + left * channels, 0);
      int place = start + ((image * height + from) * width + before + left) * channels;
      System.arraycopy(x, place, to, at + left * channels, (right - left) * channels);
      Arrays.fill(to, at + right * channels, at + length, 0);
    }
  }
}
