package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.KernelCases.join;
import static org.genlab.compute.jvm.KernelCases.numbers;
import static org.genlab.compute.jvm.KernelCases.read;
import static org.genlab.compute.jvm.KernelCases.span;

import java.util.Arrays;
import java.util.List;
import org.genlab.tensor.backend.Convolution;
import org.genlab.tensor.backend.Pooling;
import org.genlab.tensor.backend.Span;

/** The kernels of images and of the normalisation of columns, on random data of many sizes. */
final class ImageKernelCases {
  private ImageKernelCases() {}

  static void addTo(List<KernelCases.Case> cases) {
    convolutions(cases);
    pooling(cases);
    columns(cases);
  }

  private static Convolution form(
      int batch, int height, int width, int in, int out, int groups, int size, int... geometry) {
    int stride = geometry.length > 0 ? geometry[0] : 1;
    int padding = geometry.length > 1 ? geometry[1] : 0;
    int dilation = geometry.length > 2 ? geometry[2] : 1;
    int reach = dilation * (size - 1) + 1;
    return new Convolution(
        batch,
        height,
        width,
        in,
        size,
        size,
        stride,
        stride,
        padding,
        padding,
        dilation,
        dilation,
        (height + 2 * padding - reach) / stride + 1,
        (width + 2 * padding - reach) / stride + 1,
        out,
        groups);
  }

  private static void convolutions(List<KernelCases.Case> cases) {
    List<Convolution> forms =
        List.of(
            form(2, 9, 9, 1, 16, 1, 3, 1, 1),
            form(11, 8, 8, 3, 16, 1, 3, 1, 1),
            form(2, 9, 10, 16, 16, 1, 3, 1, 1),
            form(3, 7, 7, 16, 32, 1, 3, 2, 1),
            form(2, 8, 8, 32, 64, 1, 3, 2, 1),
            form(17, 8, 8, 16, 32, 1, 1, 2),
            form(2, 5, 5, 64, 33, 1, 3),
            form(2, 6, 6, 17, 5, 1, 3, 1, 2),
            form(2, 6, 7, 5, 17, 1, 3, 3, 2),
            form(2, 9, 9, 3, 16, 1, 3, 2, 3, 2),
            form(1, 20, 20, 4, 40, 1, 5, 2, 2, 3),
            form(2, 6, 6, 6, 4, 2, 3, 1, 1),
            form(2, 6, 6, 32, 32, 2, 3, 2, 1),
            form(2, 7, 7, 33, 33, 33, 3, 1, 1),
            form(2, 7, 7, 16, 16, 16, 3, 2, 1),
            form(1, 6, 6, 4, 8, 4, 3, 1, 1, 2),
            form(3, 1, 1, 1, 1, 1, 1),
            form(1, 1, 1, 3, 2, 1, 4, 1, 3),
            form(2, 2, 2, 5, 16, 1, 3, 1, 5),
            form(2, 3, 3, 16, 16, 1, 1, 1, 1),
            form(2, 4, 4, 48, 50, 1, 1),
            form(1, 70, 40, 8, 16, 1, 3, 1, 1),
            form(0, 4, 4, 3, 5, 1, 3),
            form(2, 4, 4, 0, 5, 1, 3),
            form(2, 4, 4, 3, 0, 1, 3),
            form(1, 0, 3, 3, 5, 1, 2, 1, 1),
            form(2, 16, 16, 128, 24, 1, 3, 1, 1),
            // gradients at weights whose tiles lie across: a depth of 36 or 12, several blocks,
            // images that are not copied, dilation, bands, and a run that is one pixel
            form(2, 6, 7, 4, 8, 1, 3, 1, 1),
            new Convolution(2, 5, 9, 4, 1, 3, 1, 1, 0, 1, 1, 1, 5, 9, 16, 1),
            form(19, 5, 5, 16, 8, 1, 3, 1, 1),
            form(9, 5, 7, 16, 24, 1, 3),
            form(2, 9, 9, 48, 8, 1, 3, 1, 2, 2),
            form(1, 21, 21, 16, 16, 1, 3, 2, 1),
            form(2, 5, 7, 96, 16, 1, 1, 2),
            // wide tiles by runs: within a group, over taps, and beside such without runs
            form(2, 5, 6, 8, 66, 2, 3, 1, 1),
            form(2, 5, 6, 80, 8, 2, 3, 2, 1),
            form(2, 6, 7, 2, 40, 1, 2, 1, 1),
            form(2, 6, 11, 3, 40, 1, 3, 1, 1),
            // gradients at images whose tiles cross rows that are not evenly apart
            form(1, 5, 19, 32, 16, 1, 3, 2, 1),
            form(2, 7, 23, 8, 12, 1, 3, 2, 1),
            new Convolution(2, 3, 21, 32, 3, 3, 1, 2, 1, 1, 1, 1, 3, 11, 8, 1),
            new Convolution(2, 7, 11, 32, 3, 3, 3, 1, 1, 1, 1, 1, 3, 11, 8, 1),
            new Convolution(2, 5, 9, 4, 2, 3, 1, 2, 0, 2, 2, 1, 4, 5, 20, 1),
            new Convolution(2, 1, 30, 12, 1, 5, 1, 1, 0, 4, 1, 1, 1, 30, 12, 1),
            new Convolution(2, 1, 30, 12, 1, 5, 1, 1, 0, 9, 1, 2, 1, 30, 20, 1));
    for (Convolution f : forms) {
      int nx = f.batch() * f.height() * f.width() * f.channels();
      int nw = f.depth() * f.outChannels();
      int ny = f.batch() * f.outHeight() * f.outWidth() * f.outChannels();
      cases.add(
          new KernelCases.Case(
              "convolve " + f,
              0,
              b -> {
                Span x = span(b, numbers("x", nx));
                Span w = span(b, numbers("w", nw));
                Span y = span(b, numbers("y", ny));
                b.convolve(f, x, w, null, y);
                Span z = span(b, numbers("y", ny));
                b.convolve(f, x, w, span(b, numbers("bias", f.outChannels())), z);
                return join(read(b, y, ny), read(b, z, ny));
              }));
      for (boolean accumulate : new boolean[] {false, true}) {
        cases.add(
            new KernelCases.Case(
                "convolveInput " + f + accumulate,
                0,
                b -> {
                  Span dx = span(b, numbers("dx", nx));
                  Span g = span(b, numbers("g", ny));
                  b.convolveInput(f, g, span(b, numbers("w", nw)), dx, accumulate);
                  return read(b, dx, nx);
                }));
        cases.add(
            new KernelCases.Case(
                "convolveWeight " + f + accumulate,
                0,
                b -> {
                  Span dw = span(b, numbers("dw", nw));
                  Span g = span(b, numbers("g", ny));
                  b.convolveWeight(f, span(b, numbers("x", nx)), g, dw, accumulate);
                  return read(b, dw, nw);
                }));
      }
    }
  }

  private static void pooling(List<KernelCases.Case> cases) {
    List<Pooling> forms =
        List.of(
            new Pooling(3, 8, 8, 16, 2, 2, 2, 2, 0, 0, 4, 4),
            new Pooling(2, 7, 9, 33, 2, 2, 2, 2, 0, 0, 3, 4),
            new Pooling(2, 7, 9, 17, 3, 3, 2, 2, 1, 1, 4, 5),
            new Pooling(2, 7, 9, 1, 3, 2, 1, 1, 2, 1, 7, 9),
            new Pooling(2, 5, 5, 3, 2, 2, 3, 3, 0, 0, 2, 2),
            new Pooling(1, 1, 40, 16, 1, 5, 1, 3, 0, 2, 1, 14),
            new Pooling(40, 8, 8, 64, 8, 8, 1, 1, 0, 0, 1, 1),
            new Pooling(30, 20, 20, 16, 2, 2, 2, 2, 0, 0, 10, 10),
            new Pooling(0, 4, 4, 4, 2, 2, 2, 2, 0, 0, 2, 2),
            new Pooling(2, 4, 4, 0, 2, 2, 2, 2, 0, 0, 2, 2),
            new Pooling(2, 1, 1, 5, 1, 1, 1, 1, 0, 0, 1, 1));
    for (Pooling f : forms) {
      int nx = f.batch() * f.height() * f.width() * f.channels();
      int ny = f.batch() * f.outHeight() * f.outWidth() * f.channels();
      for (boolean flag : new boolean[] {false, true}) {
        cases.add(
            new KernelCases.Case(
                "maxPool " + f + flag,
                0,
                b -> {
                  float[] values = numbers("x", nx);
                  for (int i = 0; i < nx; i++) {
                    // many equal numbers, and some zeros of either sign
                    values[i] = i % 97 == 3 ? Float.NaN : Math.round(values[i]);
                  }
                  Span x = span(b, values);
                  Span y = span(b, numbers("y", ny));
                  b.maxPool(f, x, y);
                  Span dx = span(b, numbers("dx", nx));
                  b.maxPoolBackward(f, x, y, span(b, numbers("g", ny)), dx, flag);
                  return join(read(b, y, ny), read(b, dx, nx));
                }));
        for (boolean accumulate : new boolean[] {false, true}) {
          cases.add(
              new KernelCases.Case(
                  "averagePool " + f + flag + accumulate,
                  0,
                  b -> {
                    Span y = span(b, numbers("y", ny));
                    b.averagePool(f, flag, span(b, numbers("x", nx)), y);
                    Span dx = span(b, numbers("dx", nx));
                    b.averagePoolBackward(f, flag, span(b, numbers("g", ny)), dx, accumulate);
                    return join(read(b, y, ny), read(b, dx, nx));
                  }));
        }
      }
    }
  }

  private static void columns(List<KernelCases.Case> cases) {
    int[][] shapes = {
      {1, 1, 1},
      {1, 200, 16},
      {1, 1000, 33},
      {3, 65, 17},
      {5, 64, 3},
      {2, 7, 64},
      {0, 3, 4},
      {2, 5, 0},
      {1, 5000, 16},
      {40, 70, 32}
    };
    for (int[] s : shapes) {
      int outer = s[0];
      int rows = s[1];
      int n = s[2];
      int size = outer * rows * n;
      String name = Arrays.toString(s);
      for (boolean rectify : new boolean[] {false, true}) {
        for (int variant = 0; variant < 4; variant++) {
          boolean accumulate = variant == 1;
          boolean withoutInput = variant == 2;
          boolean onlyInput = variant == 3;
          cases.add(
              new KernelCases.Case(
                  "columnNorm " + name + rectify + variant,
                  0,
                  b -> {
                    Span x = span(b, numbers("x", size));
                    Span scale = span(b, numbers("scale", n));
                    Span shift = span(b, numbers("shift", n));
                    Span mean = span(b, numbers("m", outer * n));
                    Span variance = span(b, numbers("v", outer * n));
                    b.columnStatistics(x, mean, variance, outer, rows, n);
                    Span y = span(b, numbers("y", size));
                    b.columnNorm(x, mean, variance, 1e-5, scale, shift, rectify, y, outer, rows, n);
                    Span dx = span(b, numbers("dx", size));
                    Span dscale = span(b, numbers("dscale", n));
                    Span dshift = span(b, numbers("dshift", n));
                    b.columnNormBackward(
                        x,
                        mean,
                        variance,
                        1e-5,
                        scale,
                        shift,
                        rectify,
                        span(b, numbers("g", size)),
                        withoutInput ? null : dx,
                        onlyInput ? null : dscale,
                        onlyInput ? null : dshift,
                        accumulate,
                        outer,
                        rows,
                        n);
                    return join(
                        read(b, mean, outer * n),
                        read(b, variance, outer * n),
                        read(b, y, size),
                        read(b, dx, size),
                        read(b, dscale, n),
                        read(b, dshift, n));
                  }));
        }
      }
    }
  }
}
