package org.genlab.tensor.backend;

/**
 * The form of a batch of two-dimensional convolutions (cross-correlations) of images [batch,
 * height, width, channels] with weights [kernelHeight, kernelWidth, channels / groups,
 * outChannels]. The results are [batch, outHeight, outWidth, outChannels]. Tap (i, j) of the pixel
 * (p, q) of the result is the pixel (p strideHeight - top + i dilationHeight, q strideWidth - left
 * + j dilationWidth) of the image; outside of the image there are zeros. Output channel o belongs
 * to group o / (outChannels / groups) and sees the channels of that group.
 *
 * @param top rows of zeros above the image
 * @param left columns of zeros to the left of the image
 * @param groups a divisor of both numbers of channels
 */
public record Convolution(
    int batch,
    int height,
    int width,
    int channels,
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int top,
    int left,
    int dilationHeight,
    int dilationWidth,
    int outHeight,
    int outWidth,
    int outChannels,
    int groups) {

  /** The same of another number of images. */
  public Convolution withBatch(int images) {
    return new Convolution(
        images,
        height,
        width,
        channels,
        kernelHeight,
        kernelWidth,
        strideHeight,
        strideWidth,
        top,
        left,
        dilationHeight,
        dilationWidth,
        outHeight,
        outWidth,
        outChannels,
        groups);
  }

  /** The channels that an output channel sees. */
  public int groupChannels() {
    return channels / groups;
  }

  /** The output channels of a group. */
  public int groupOutChannels() {
    return outChannels / groups;
  }

  /** The length of the sums: taps times channels of a group. */
  public int depth() {
    return kernelHeight * kernelWidth * groupChannels();
  }
}
