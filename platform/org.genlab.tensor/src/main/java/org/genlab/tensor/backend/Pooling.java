package org.genlab.tensor.backend;

/**
 * The form of a pooling of images [batch, height, width, channels] to [batch, outHeight, outWidth,
 * channels]. The window of the pixel (p, q) of the result are the pixels of the image with rows in
 * [p strideHeight - top, p strideHeight - top + kernelHeight) and columns in [q strideWidth - left,
 * q strideWidth - left + kernelWidth); every window has at least one.
 *
 * @param top rows of padding above the image
 * @param left columns of padding to the left of the image
 */
public record Pooling(
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
    int outHeight,
    int outWidth) {}
