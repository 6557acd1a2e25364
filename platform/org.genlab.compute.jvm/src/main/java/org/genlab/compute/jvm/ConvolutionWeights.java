package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.LEN;

import java.util.Arrays;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Convolution;

/**
 * The gradient of a convolution at its weights: the product of a matrix with a row for each tap and
 * channel, which is never laid out, and of the gradients at the results, summed over the pixels.
 */
final class ConvolutionWeights {
  /** Numbers of the images that a band reads. */
  private static final int BAND = 4096;

  // slots of the scratch arrays
  private static final int PARTIAL = 0;
  private static final int COPY = 1;
  private static final int GRADIENTS = 2;

  private static final int ROWS = ConvolutionTile.ROWS;
  private static final int WIDTH = ConvolutionTile.WIDE * LEN;

  private final Convolution form;
  private final PaddedImages images;
  private final float[] g;
  private final int gStart;
  private final boolean depthwise;
  private final int in;

  /** Groups, and output channels of a group; those of a depthwise convolution are together. */
  private final int groups;

  private final int out;

  /** The output channels of a group, with those that fill up the last vector. */
  private final int padded;

  /** The distance between rows of the partial results. */
  private final int apart;

  /**
   * Whether the partial results have a row for each output channel instead of one for each tap and
   * channel, see {@link ConvolutionTile#productsAcross}.
   */
  private final boolean across;

  /** The taps times the channels of a group, filled up to whole tiles. */
  private final int depth;

  private final int bandRows;
  private final int[] base;
  private final int[] taps;
  private final float[] partial;

  private ConvolutionWeights(Convolution f, float[] x, int xStart, float[] g, int gStart) {
    this.form = f;
    this.g = g;
    this.gStart = gStart;
    this.in = f.groupChannels();
    this.depthwise = DepthwiseLoops.isDepthwise(f);
    this.groups = depthwise ? 1 : f.groups();
    this.out = f.outChannels() / groups;
    this.padded = depthwise ? out : (out + LEN - 1) / LEN * LEN;
    this.apart = padded * groups;
    // whole tiles must read successive numbers; 8 lanes come with too few registers
    int run = f.dilationWidth() == 1 ? f.kernelWidth() * in : in;
    this.across =
        LEN != 8 && f.groups() == 1 && run % ConvolutionTile.ACROSS == 0 && out % ROWS == 0;
    this.depth = across ? f.depth() : (f.depth() + ROWS - 1) / ROWS * ROWS;
    this.images =
        PaddedImages.of(
            x,
            xStart,
            f.height(),
            f.width(),
            f.channels(),
            -f.top(),
            read(f.outHeight()),
            -f.left(),
            (f.outWidth() - 1) * f.strideWidth() + (f.kernelWidth() - 1) * f.dilationWidth() + 1);
    int rowStride = images.rowStride();
    int most = Math.max(1, BAND / Math.max(1, rowStride * f.strideHeight()));
    int bands = (f.outHeight() + most - 1) / most;
    this.bandRows = (f.outHeight() + bands - 1) / bands;
    this.base = new int[bandRows * f.outWidth()];
    for (int p = 0; p < base.length; p++) {
      base[p] =
          p / f.outWidth() * f.strideHeight() * rowStride
              + p % f.outWidth() * f.strideWidth() * f.channels();
    }
    this.taps = new int[depth];
    for (int k = 0; k < f.depth(); k++) {
      int tap = k / in;
      taps[k] =
          tap / f.kernelWidth() * f.dilationHeight() * rowStride
              + tap % f.kernelWidth() * f.dilationWidth() * f.channels()
              + k % in;
    }
    int blocks = (f.batch() + Backend.IMAGES - 1) / Backend.IMAGES;
    this.partial = Scratch.get().array(PARTIAL, blocks * depth * apart);
  }

  /** The rows of an image that are read for rows of the result. */
  private int read(int rows) {
    return (rows - 1) * form.strideHeight() + (form.kernelHeight() - 1) * form.dilationHeight() + 1;
  }

  static void run(
      Workers workers,
      Convolution f,
      float[] x,
      int xStart,
      float[] g,
      int gStart,
      float[] dw,
      int dwStart,
      boolean accumulate) {
    int size = f.depth() * f.outChannels();
    if (size == 0) {
      return;
    }
    if (f.batch() * f.outHeight() * f.outWidth() == 0) {
      if (!accumulate) {
        Arrays.fill(dw, dwStart, dwStart + size, 0);
      }
      return;
    }
    new ConvolutionWeights(f, x, xStart, g, gStart).run(workers, dw, dwStart, accumulate);
  }

  private void run(Workers workers, float[] dw, int dwStart, boolean accumulate) {
    int blocks = (form.batch() + Backend.IMAGES - 1) / Backend.IMAGES;
    // with few blocks, threads share the rows too; each of these tasks copies the images
    int tile = across ? ConvolutionTile.ACROSS : ROWS;
    int tiles = depth / tile;
    int parts = Math.min(tiles, Math.max(1, 2 * workers.count() / blocks));
    workers.run(
        blocks * parts,
        chunk -> {
          int part = chunk % parts;
          int from = tiles * part / parts * tile;
          int end = tiles * (part + 1) / parts * tile;
          block(chunk / parts, from, end);
        });
    if (across) {
      workers.run(
          out / ROWS, chunk -> combineAcross(chunk * ROWS, blocks, dw, dwStart, accumulate));
      return;
    }
    int together = Math.max(1, 16384 / (blocks * apart));
    workers.run(
        (form.depth() + together - 1) / together,
        chunk -> {
          int end = Math.min(form.depth(), (chunk + 1) * together);
          for (int k = chunk * together; k < end; k++) {
            combine(k, blocks, dw, dwStart + k * form.outChannels(), accumulate);
          }
        });
  }

  private void combine(int k, int blocks, float[] dw, int to, boolean accumulate) {
    int at = k * apart;
    for (int b = 1; b < blocks; b++) {
      Rows.add(partial, (b * depth + k) * apart, partial, at, apart);
    }
    for (int group = 0; group < groups; group++) {
      if (accumulate) {
        Rows.add(partial, at + group * padded, dw, to + group * out, out);
      } else {
        System.arraycopy(partial, at + group * padded, dw, to + group * out, out);
      }
    }
  }

  /** Combines the blocks of {@link #ROWS} output channels, and turns them round. */
  private void combineAcross(int channel, int blocks, float[] dw, int dwStart, boolean accumulate) {
    int at = channel * depth;
    for (int b = 1; b < blocks; b++) {
      Rows.add(partial, b * depth * out + at, partial, at, ROWS * depth);
    }
    for (int k = 0; k < depth; k++) {
      int to = dwStart + k * out + channel;
      for (int o = 0; o < ROWS; o++) {
        float sum = partial[at + o * depth + k];
        dw[to + o] = accumulate ? dw[to + o] + sum : sum;
      }
    }
  }

  /** Sums over the images of a block, for some of the rows. */
  private void block(int block, int from, int end) {
    Scratch scratch = Scratch.get();
    int first = block * Backend.IMAGES;
    int last = Math.min(form.batch(), first + Backend.IMAGES);
    float[] copy =
        images.copied() ? scratch.array(COPY, read(bandRows) * images.rowStride()) : images.x();
    float[] gradients =
        across || padded == out ? g : scratch.array(GRADIENTS, bandRows * form.outWidth() * apart);
    boolean fresh = true;
    for (int image = first; image < last; image++) {
      for (int row = 0; row < form.outHeight(); row += bandRows) {
        int rows = Math.min(bandRows, form.outHeight() - row);
        int at = 0;
        if (images.copied()) {
          images.copy(image, row * form.strideHeight(), read(rows), copy);
        } else {
          at = images.place(image, row * form.strideHeight());
        }
        int pixels = rows * form.outWidth();
        int pixel = (image * form.outHeight() + row) * form.outWidth();
        int gt = gStart + pixel * form.outChannels();
        if (gradients != g) {
          pad(gt, pixels, gradients);
          gt = 0;
        }
        int ct = block * depth * (across ? out : apart);
        if (depthwise) {
          for (int k = from; k < Math.min(end, form.depth()); k++) {
            int place = at + taps[k];
            int to = ct + k * apart;
            DepthwiseLoops.tap(pixels, copy, place, base, g, gt, partial, to, out, fresh);
          }
        } else if (across) {
          for (int k = from; k < end; k += ConvolutionTile.ACROSS) {
            for (int o = 0; o < out; o += ROWS) {
              int place = at + taps[k];
              int to = ct + o * depth + k;
              ConvolutionTile.productsAcross(
                  pixels, copy, place, base, g, gt + o, out, partial, to, depth, fresh);
            }
          }
        } else {
          products(pixels, copy, at, gradients, gt, ct, from, end, fresh);
        }
        fresh = false;
      }
    }
  }

  private void pad(int gt, int pixels, float[] to) {
    int count = pixels * groups;
    for (int i = 0; i < count; i++) {
      System.arraycopy(g, gt + i * out, to, i * padded, out);
      Arrays.fill(to, i * padded + out, (i + 1) * padded, 0);
    }
  }

  private void products(
      int pixels,
      float[] x,
      int at,
      float[] gradients,
      int gt,
      int ct,
      int from,
      int end,
      boolean fresh) {
    int last = taps.length - 1;
    for (int group = 0; group < groups; group++) {
      int place = at + group * in;
      for (int column = 0; column < padded; column += WIDTH) {
        int shift = group * padded + column;
        boolean wide = padded - column >= WIDTH && WIDTH > LEN;
        int k = from;
        if (!wide && ConvolutionTile.TALL > ROWS) {
          for (; k + ConvolutionTile.TALL <= end; k += ConvolutionTile.TALL) {
            int c = ct + k * apart + shift;
            ConvolutionTile.tall(
                pixels,
                base,
                0,
                x,
                place,
                taps,
                k,
                last,
                gradients,
                gt + shift,
                apart,
                partial,
                c,
                apart,
                fresh);
          }
        }
        for (; k < end; k += ROWS) {
          int c = ct + k * apart + shift;
          if (wide) {
            ConvolutionTile.wide(
                pixels,
                base,
                0,
                x,
                place,
                taps,
                k,
                last,
                gradients,
                gt + shift,
                apart,
                partial,
                c,
                apart,
                fresh);
          } else {
            ConvolutionTile.narrow(
                pixels,
                base,
                0,
                x,
                place,
                taps,
                k,
                last,
                gradients,
                gt + shift,
                apart,
                partial,
                c,
                apart,
                fresh);
          }
        }
      }
    }
  }
}
