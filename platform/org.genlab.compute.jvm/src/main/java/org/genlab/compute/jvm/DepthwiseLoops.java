package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.LEN;
import static org.genlab.compute.jvm.Lanes.whole;

import jdk.incubator.vector.FloatVector;
import org.genlab.tensor.backend.Convolution;

/**
 * The innermost loops of convolutions that see each channel by itself: not matrix products, but
 * sums of products of vectors of channels.
 */
final class DepthwiseLoops {
  private DepthwiseLoops() {}

  /** Whether every channel is a group, with one channel of the result. */
  static boolean isDepthwise(Convolution f) {
    return f.groups() > 1 && f.groups() == f.channels() && f.groups() == f.outChannels();
  }

  /** y (+)= sum over taps k of x[taps[k]] w[weights[k]], for n channels of a pixel. */
  static void pixel(
      float[] x,
      int at,
      int[] taps,
      float[] w,
      int ws,
      int[] weights,
      float[] y,
      int to,
      int n,
      boolean fresh) {
    int whole = whole(n);
    for (int c = 0; c < whole; c += LEN) {
      FloatVector sum = fresh ? FloatVector.zero(F) : FloatVector.fromArray(F, y, to + c);
      for (int k = 0; k < taps.length; k++) {
        sum =
            FloatVector.fromArray(F, x, at + taps[k] + c)
                .fma(FloatVector.fromArray(F, w, ws + weights[k] + c), sum);
      }
      sum.intoArray(y, to + c);
    }
    for (int c = whole; c < n; c++) {
      float sum = fresh ? 0 : y[to + c];
      for (int k = 0; k < taps.length; k++) {
        sum = Math.fma(x[at + taps[k] + c], w[ws + weights[k] + c], sum);
      }
      y[to + c] = sum;
    }
  }

  /** dw (+)= sum over pixels p of x[at + base[p]] g[p], for n channels of a tap. */
  static void tap(
      int pixels,
      float[] x,
      int at,
      int[] base,
      float[] g,
      int gs,
      float[] dw,
      int to,
      int n,
      boolean fresh) {
    int whole = whole(n);
    for (int c = 0; c < whole; c += LEN) {
      FloatVector sum = fresh ? FloatVector.zero(F) : FloatVector.fromArray(F, dw, to + c);
      for (int p = 0; p < pixels; p++) {
        sum =
            FloatVector.fromArray(F, x, at + base[p] + c)
                .fma(FloatVector.fromArray(F, g, gs + p * n + c), sum);
      }
      sum.intoArray(dw, to + c);
    }
    for (int c = whole; c < n; c++) {
      float sum = fresh ? 0 : dw[to + c];
      for (int p = 0; p < pixels; p++) {
        sum = Math.fma(x[at + base[p] + c], g[gs + p * n + c], sum);
      }
      dw[to + c] = sum;
    }
  }
}
