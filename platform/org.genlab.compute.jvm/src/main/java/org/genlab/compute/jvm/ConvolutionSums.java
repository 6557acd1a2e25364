package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.LEN;

import java.util.Arrays;
import org.genlab.tensor.backend.Convolution;

/**
 * Convolutions, and their gradients at the images: both give, for each pixel of a grid, sums over
 * taps and channels of other images. The pixels of the grid are the rows, and the channels of the
 * result the columns of a matrix product whose left operand is never laid out: a row of it is read
 * where it lies, in a copy of a band of the image with zeros around it (Georganas et al., "Anatomy
 * of high-performance deep learning convolutions on SIMD architectures", 2018).
 *
 * <p>For the gradient at images that a convolution reads in steps, the pixels at the same place
 * between two steps are such a grid: each of them sees the same taps.
 */
final class ConvolutionSums {
  /** Numbers of the images that a band reads; rows at its edges are read by two bands. */
  private static final int BAND = 12288;

  /** Numbers of the weights that are read again and again for the pixels of a band. */
  private static final int PANEL = 4096;

  /** Multiplications in a task. */
  private static final int TASK = 200_000;

  // slots of the scratch arrays
  private static final int PACKED = 0;
  private static final int COPY = 1;
  private static final int TILE = 2;

  private static final int ROWS = ConvolutionTile.ROWS;

  private static final int WIDTH = ConvolutionTile.WIDE * LEN;

  private final Convolution form;

  /** Whether this is the gradient at the images. */
  private final boolean backward;

  private final float[] w;
  private final int wStart;
  private final float[] y;
  private final int yStart;
  private final boolean accumulate;

  // the grid
  private final int rows;
  private final int columns;
  private final int stepDown;
  private final int stepAcross;
  private final int placeDown;
  private final int placeAcross;
  private final int placeImage;

  // the taps, in the order of the sums
  private final int[] tapRows;
  private final int[] tapColumns;
  private final int[] kernelRows;
  private final int[] kernelColumns;

  /** Channels of a group that is summed over, and of a group of the result. */
  private final int in;

  private final int out;

  private PaddedImages images;
  private int bandRows;
  private int[] base;
  private int[] to;

  /** The distance of neighbouring pixels. */
  private int pixelsApart;

  /** The distances of the numbers that are summed from the first of them. */
  private int[] taps;

  /** Each of these, and after it the distance of neighbouring pixels. */
  private int[] evenTaps;

  /** Every {@link ConvolutionTile#RUN}th of these, if those in between follow it, else null. */
  private int[] runs;

  /** The places of the weights of depthwise convolutions, else null. */
  private int[] weights;

  private float[] packed;

  private ConvolutionSums(
      Convolution form,
      boolean backward,
      float[] w,
      int wStart,
      float[] y,
      int yStart,
      boolean accumulate,
      int rows,
      int columns,
      int stepDown,
      int stepAcross,
      int placeDown,
      int placeAcross,
      int placeImage,
      int[] tapRows,
      int[] tapColumns,
      int[] kernelRows,
      int[] kernelColumns) {
    this.form = form;
    this.backward = backward;
    this.w = w;
    this.wStart = wStart;
    this.y = y;
    this.yStart = yStart;
    this.accumulate = accumulate;
    this.rows = rows;
    this.columns = columns;
    this.stepDown = stepDown;
    this.stepAcross = stepAcross;
    this.placeDown = placeDown;
    this.placeAcross = placeAcross;
    this.placeImage = placeImage;
    this.tapRows = tapRows;
    this.tapColumns = tapColumns;
    this.kernelRows = kernelRows;
    this.kernelColumns = kernelColumns;
    this.in = backward ? form.groupOutChannels() : form.groupChannels();
    this.out = backward ? form.groupChannels() : form.groupOutChannels();
  }

  /** The convolution; {@code bias} may be null. */
  static void apply(
      Workers workers,
      Convolution f,
      float[] x,
      int xStart,
      float[] w,
      int wStart,
      float[] bias,
      int biasStart,
      float[] y,
      int yStart) {
    int[] kernelRows = new int[f.kernelHeight()];
    int[] tapRows = new int[f.kernelHeight()];
    for (int i = 0; i < kernelRows.length; i++) {
      kernelRows[i] = i;
      tapRows[i] = i * f.dilationHeight() - f.top();
    }
    int[] kernelColumns = new int[f.kernelWidth()];
    int[] tapColumns = new int[f.kernelWidth()];
    for (int j = 0; j < kernelColumns.length; j++) {
      kernelColumns[j] = j;
      tapColumns[j] = j * f.dilationWidth() - f.left();
    }
    new ConvolutionSums(
            f,
            false,
            w,
            wStart,
            y,
            yStart,
            false,
            f.outHeight(),
            f.outWidth(),
            f.strideHeight(),
            f.strideWidth(),
            f.outWidth() * f.outChannels(),
            f.outChannels(),
            f.outHeight() * f.outWidth() * f.outChannels(),
            tapRows,
            tapColumns,
            kernelRows,
            kernelColumns)
        .run(workers, x, xStart, f.height(), f.width(), f.channels(), bias, biasStart);
  }

  /** The gradient at the images. */
  static void input(
      Workers workers,
      Convolution f,
      float[] g,
      int gStart,
      float[] w,
      int wStart,
      float[] dx,
      int dxStart,
      boolean accumulate) {
    boolean leavesOut = f.strideHeight() > f.kernelHeight() || f.strideWidth() > f.kernelWidth();
    if (leavesOut && !accumulate) {
      // pixels that no tap sees are cleared faster with all others than one by one
      int image = f.height() * f.width() * f.channels();
      workers.run(
          f.batch(), i -> Arrays.fill(dx, dxStart + i * image, dxStart + (i + 1) * image, 0));
    }
    for (int down = 0; down < Math.min(f.strideHeight(), f.height()); down++) {
      int[] kernelRows =
          seeing(down + f.top(), f.kernelHeight(), f.dilationHeight(), f.strideHeight());
      int[] tapRows = places(down + f.top(), kernelRows, f.dilationHeight(), f.strideHeight());
      int rows = (f.height() - down + f.strideHeight() - 1) / f.strideHeight();
      for (int across = 0; across < Math.min(f.strideWidth(), f.width()); across++) {
        int[] kernelColumns =
            seeing(across + f.left(), f.kernelWidth(), f.dilationWidth(), f.strideWidth());
        int[] tapColumns =
            places(across + f.left(), kernelColumns, f.dilationWidth(), f.strideWidth());
        int columns = (f.width() - across + f.strideWidth() - 1) / f.strideWidth();
        if (leavesOut && kernelRows.length * kernelColumns.length == 0) {
          continue;
        }
        new ConvolutionSums(
                f,
                true,
                w,
                wStart,
                dx,
                dxStart + (down * f.width() + across) * f.channels(),
                accumulate,
                rows,
                columns,
                1,
                1,
                f.strideHeight() * f.width() * f.channels(),
                f.strideWidth() * f.channels(),
                f.height() * f.width() * f.channels(),
                tapRows,
                tapColumns,
                kernelRows,
                kernelColumns)
            .run(workers, g, gStart, f.outHeight(), f.outWidth(), f.outChannels(), null, 0);
      }
    }
  }

  /** The taps by which the pixel at a place is seen, the last first. */
  private static int[] seeing(int place, int taps, int dilation, int stride) {
    int[] seeing = new int[taps];
    int n = 0;
    for (int i = taps - 1; i >= 0; i--) {
      if (Math.floorMod(place - i * dilation, stride) == 0) {
        seeing[n++] = i;
      }
    }
    return Arrays.copyOf(seeing, n);
  }

  /** The pixels that see the pixel at a place by those taps. */
  private static int[] places(int place, int[] taps, int dilation, int stride) {
    int[] places = new int[taps.length];
    for (int i = 0; i < places.length; i++) {
      places[i] = Math.floorDiv(place - taps[i] * dilation, stride);
    }
    return places;
  }

  private void run(
      Workers workers,
      float[] x,
      int xStart,
      int height,
      int width,
      int channels,
      float[] bias,
      int biasStart) {
    int depth = tapRows.length * tapColumns.length * in;
    if (form.batch() == 0 || rows == 0 || columns == 0 || out == 0) {
      return;
    }
    if (depth == 0) {
      if (!accumulate) {
        workers.run(form.batch(), this::clear);
        addBias(bias, biasStart);
      }
      return;
    }
    int above = tapRows[0];
    int before = tapColumns[0];
    int span = tapRows[tapRows.length - 1] - above;
    int across = (columns - 1) * stepAcross + tapColumns[tapColumns.length - 1] - before + 1;
    images =
        PaddedImages.of(
            x,
            xStart,
            height,
            width,
            channels,
            above,
            (rows - 1) * stepDown + span + 1,
            before,
            across);
    int rowStride = images.rowStride();
    int most = Math.max(1, BAND / Math.max(1, rowStride * stepDown));
    int bands = (rows + most - 1) / most;
    bandRows = (rows + bands - 1) / bands;
    tables(channels, rowStride);
    if (DepthwiseLoops.isDepthwise(form)) {
      weights = new int[taps.length];
      for (int k = 0; k < taps.length; k++) {
        int i = kernelRows[k / tapColumns.length];
        int j = kernelColumns[k % tapColumns.length];
        weights[k] = (i * form.kernelWidth() + j) * form.channels();
      }
    } else {
      pack(workers);
    }
    int units = form.batch() * bands;
    long work = (long) bandRows * columns * depth * out * form.groups();
    int together = (int) Math.max(1, TASK / Math.max(1, work));
    workers.run(
        (units + together - 1) / together,
        chunk -> {
          int end = Math.min(units, (chunk + 1) * together);
          for (int unit = chunk * together; unit < end; unit++) {
            int image = unit / bands;
            int row = unit % bands * bandRows;
            band(image, row, Math.min(bandRows, rows - row), span, bias, biasStart);
          }
        });
  }

  private void clear(int image) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int at = yStart + image * placeImage + i * placeDown + j * placeAcross;
        Arrays.fill(y, at, at + out * form.groups(), 0);
      }
    }
  }

  private void addBias(float[] bias, int biasStart) {
    for (int p = 0; bias != null && p < form.batch() * rows * columns; p++) {
      Rows.add(bias, biasStart, y, yStart + p * placeAcross, placeAcross);
    }
  }

  private void tables(int channels, int rowStride) {
    int pixels = bandRows * columns;
    pixelsApart = stepAcross * channels;
    base = new int[pixels];
    to = new int[pixels];
    for (int i = 0; i < bandRows; i++) {
      for (int j = 0; j < columns; j++) {
        base[i * columns + j] = i * stepDown * rowStride + j * pixelsApart;
        to[i * columns + j] = i * placeDown + j * placeAcross;
      }
    }
    taps = new int[tapRows.length * tapColumns.length * in];
    int k = 0;
    for (int row : tapRows) {
      for (int column : tapColumns) {
        int place = (row - tapRows[0]) * rowStride + (column - tapColumns[0]) * channels;
        for (int c = 0; c < in; c++) {
          taps[k++] = place + c;
        }
      }
    }
    evenTaps = new int[2 * taps.length];
    for (k = 0; k < taps.length; k++) {
      evenTaps[2 * k] = taps[k];
      evenTaps[2 * k + 1] = pixelsApart;
    }
    // neighbouring pixels follow one another if all of their channels are summed over
    boolean follow =
        form.groups() == 1
            && tapColumns[tapColumns.length - 1] - tapColumns[0] == tapColumns.length - 1;
    if ((follow ? tapColumns.length * in : in) % ConvolutionTile.RUN == 0) {
      runs = new int[taps.length / ConvolutionTile.RUN];
      for (int r = 0; r < runs.length; r++) {
        runs[r] = taps[r * ConvolutionTile.RUN];
      }
    }
  }

  /** The columns of the result, with those that fill up the last vector of a group. */
  private int padded() {
    return (out + LEN - 1) / LEN * LEN;
  }

  private void pack(Workers workers) {
    int rowsOfGroup = taps.length;
    packed = Scratch.get().array(PACKED, form.groups() * rowsOfGroup * padded());
    int panels = (out + WIDTH - 1) / WIDTH;
    Workers.Task task =
        chunk -> {
          int group = chunk / panels;
          int column = chunk % panels * WIDTH;
          int width = Math.min(WIDTH, padded() - column);
          int at = (group * padded() + column) * rowsOfGroup;
          for (int i = 0; i < tapRows.length; i++) {
            for (int j = 0; j < tapColumns.length; j++) {
              int tap = kernelRows[i] * form.kernelWidth() + kernelColumns[j];
              packTap(tap, group, column, width, at);
              at += in * width;
            }
          }
        };
    if ((long) rowsOfGroup * out < 4096) {
      for (int i = 0; i < form.groups() * panels; i++) {
        task.run(i);
      }
    } else {
      workers.run(form.groups() * panels, task);
    }
  }

  private void packTap(int tap, int group, int column, int width, int at) {
    int present = Math.min(width, out - column);
    int all = form.outChannels();
    int from = wStart + tap * form.groupChannels() * all;
    if (backward) {
      // the weight of (column, k), which lie along k
      int place = from + column * all + group * in;
      for (int j = 0; j < width; j++) {
        for (int k = 0; k < in; k++) {
          packed[at + k * width + j] = j < present ? w[place + j * all + k] : 0;
        }
      }
      return;
    }
    int place = from + group * out + column;
    for (int k = 0; k < in; k++) {
      for (int j = 0; j < width; j++) {
        packed[at + k * width + j] = j < present ? w[place + k * all + j] : 0;
      }
    }
  }

  private void band(int image, int row, int count, int span, float[] bias, int biasStart) {
    Scratch scratch = Scratch.get();
    float[] source = images.x();
    int start = 0;
    if (images.copied()) {
      int read = (count - 1) * stepDown + span + 1;
      source = scratch.array(COPY, read * images.rowStride());
      images.copy(image, row * stepDown, read, source);
    } else {
      start = images.place(image, row * stepDown);
    }
    int pixels = count * columns;
    int place = yStart + image * placeImage + row * placeDown;
    if (weights != null) {
      for (int p = 0; p < pixels; p++) {
        int at = start + base[p];
        int result = place + to[p];
        int n = form.channels();
        DepthwiseLoops.pixel(source, at, taps, w, wStart, weights, y, result, n, !accumulate);
      }
    } else {
      products(scratch, source, start, pixels, place);
    }
    if (bias != null) {
      for (int p = 0; p < pixels; p++) {
        Rows.add(bias, biasStart, y, place + p * placeAcross, placeAcross);
      }
    }
  }

  private void products(Scratch scratch, float[] source, int start, int pixels, int place) {
    float[] tile = scratch.array(TILE, ROWS * WIDTH);
    for (int group = 0; group < form.groups(); group++) {
      int at = start + group * in;
      for (int column = 0; column < out; column += WIDTH) {
        int width = Math.min(WIDTH, padded() - column);
        int panel = (group * padded() + column) * taps.length;
        int ct = place + group * out + column;
        int together = PANEL / width;
        for (int tap = 0; tap < taps.length; tap += together) {
          int depth = Math.min(taps.length - tap, together);
          int bt = panel + tap * width;
          boolean fresh = tap == 0 && !accumulate;
          if (out - column >= width) {
            tiles(source, at, pixels, tap, depth, bt, width, ct, tile, fresh);
          } else {
            for (int p = 0; p < pixels; p += ROWS) {
              edge(source, at, p, pixels, tap, depth, bt, width, ct, out - column, tile, fresh);
            }
          }
        }
      }
    }
  }

  private void tiles(
      float[] source,
      int at,
      int pixels,
      int tap,
      int depth,
      int bt,
      int width,
      int ct,
      float[] tile,
      boolean fresh) {
    int last = pixels - 1;
    int ldc = placeAcross;
    int rows;
    for (int p = 0; p < pixels; p += rows) {
      rows = width == LEN && even(p, ConvolutionTile.TALL, pixels) ? ConvolutionTile.TALL : ROWS;
      int first = at + base[p];
      int c = ct + to[p];
      if (rows > ROWS) {
        ConvolutionTile.tallEven(
            depth, evenTaps, 2 * tap, source, first, packed, bt, y, c, ldc, fresh);
      } else if (!apart(to, ldc, p, ROWS, pixels)) {
        // fewer pixels are left, or their results lie in different rows of an image
        int end = Math.min(pixels, p + ROWS);
        edge(source, at, p, end, tap, depth, bt, width, ct, width, tile, fresh);
      } else if (width > LEN) {
        wide(tap, depth, source, at, p, last, bt, y, c, ldc, fresh);
      } else if (even(p, ROWS, pixels)) {
        ConvolutionTile.narrowEven(
            depth, evenTaps, 2 * tap, source, first, packed, bt, y, c, ldc, fresh);
      } else {
        ConvolutionTile.narrow(
            depth, taps, tap, source, at, base, p, last, packed, bt, LEN, y, c, ldc, fresh);
      }
    }
  }

  /** Whether so many pixels from p on lie evenly apart, and their results do. */
  private boolean even(int p, int rows, int pixels) {
    return apart(base, pixelsApart, p, rows, pixels) && apart(to, placeAcross, p, rows, pixels);
  }

  private static boolean apart(int[] places, int distance, int p, int rows, int pixels) {
    int last = p + rows - 1;
    return last < pixels && places[last] - places[p] == (rows - 1) * distance;
  }

  /** A tile of which only some rows or columns are there, or whose rows are not evenly apart. */
  private void edge(
      float[] source,
      int at,
      int p,
      int pixels,
      int tap,
      int depth,
      int bt,
      int width,
      int ct,
      int present,
      float[] tile,
      boolean fresh) {
    int count = Math.min(ROWS, pixels - p);
    if (!fresh) {
      for (int r = 0; r < count; r++) {
        System.arraycopy(y, ct + to[p + r], tile, r * WIDTH, present);
      }
    }
    int last = pixels - 1;
    if (width == LEN) {
      ConvolutionTile.narrow(
          depth, taps, tap, source, at, base, p, last, packed, bt, LEN, tile, 0, WIDTH, fresh);
    } else {
      wide(tap, depth, source, at, p, last, bt, tile, 0, WIDTH, fresh);
    }
    for (int r = 0; r < count; r++) {
      System.arraycopy(tile, r * WIDTH, y, ct + to[p + r], present);
    }
  }

  /** A tile of two vectors, by runs where there are any. */
  private void wide(
      int tap,
      int depth,
      float[] source,
      int at,
      int p,
      int last,
      int bt,
      float[] c,
      int ct,
      int ldc,
      boolean fresh) {
    if (runs != null) {
      ConvolutionTile.wideRuns(
          runs,
          tap / ConvolutionTile.RUN,
          depth / ConvolutionTile.RUN,
          source,
          at,
          base,
          p,
          last,
          packed,
          bt,
          c,
          ct,
          ldc,
          fresh);
    } else {
      ConvolutionTile.wide(
          depth, taps, tap, source, at, base, p, last, packed, bt, WIDTH, c, ct, ldc, fresh);
    }
  }
}
