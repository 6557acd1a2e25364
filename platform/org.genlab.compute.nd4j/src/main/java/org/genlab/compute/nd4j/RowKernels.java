package org.genlab.compute.nd4j;

import org.genlab.tensor.backend.Span;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.floating.RSqrt;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;

/** Softmax and layer normalisation over the rows of a matrix; no size is 0. */
final class RowKernels {
  private final Temporaries temporaries;

  RowKernels(Temporaries temporaries) {
    this.temporaries = temporaries;
  }

  /** dx = y (g - (g . y)). */
  void softmaxBackward(Span y, Span g, Span dx, int rows, int n) {
    INDArray gradient = Nd4jBuffer.matrix(g, rows, n);
    INDArray output = Nd4jBuffer.matrix(y, rows, n);
    try (Temporaries.Lease lease = temporaries.open()) {
      INDArray t = lease.matrix(rows, n);
      INDArray sums = lease.matrix(rows, 1);
      Ops.multiply(gradient, output, t);
      sumRows(t, sums);
      Ops.subtract(gradient, sums, t);
      Ops.multiply(t, output, Nd4jBuffer.matrix(dx, rows, n));
    }
  }

  /** dx = g - exp(y) sum(g). */
  void logSoftmaxBackward(Span y, Span g, Span dx, int rows, int n) {
    INDArray gradient = Nd4jBuffer.matrix(g, rows, n);
    try (Temporaries.Lease lease = temporaries.open()) {
      INDArray t = lease.matrix(rows, n);
      INDArray sums = lease.matrix(rows, 1);
      sumRows(gradient, sums);
      Ops.run(new Exp(Nd4jBuffer.matrix(y, rows, n), t));
      Ops.multiply(t, sums, t);
      Ops.subtract(gradient, t, Nd4jBuffer.matrix(dx, rows, n));
    }
  }

  /** y = (x - mean) rstd scale + shift. */
  void layerNorm(
      Span x,
      Span scale,
      Span shift,
      double epsilon,
      Span y,
      Span mean,
      Span rstd,
      int rows,
      int n) {
    INDArray in = Nd4jBuffer.matrix(x, rows, n);
    INDArray out = Nd4jBuffer.matrix(y, rows, n);
    INDArray means = Nd4jBuffer.matrix(mean, rows, 1);
    INDArray factors = Nd4jBuffer.matrix(rstd, rows, 1);
    sumRows(in, means);
    Pointwise.scale(means, 1.0 / n);
    Ops.subtract(in, means, out);
    try (Temporaries.Lease lease = temporaries.open()) {
      INDArray squares = lease.matrix(rows, n);
      Ops.multiply(out, out, squares);
      sumRows(squares, factors);
    }
    Pointwise.scale(factors, 1.0 / n);
    Pointwise.shift(factors, epsilon);
    Ops.run(new RSqrt(factors, factors));
    Ops.multiply(out, factors, out);
    Ops.multiply(out, Nd4jBuffer.matrix(scale, 1, n), out);
    Ops.add(out, Nd4jBuffer.matrix(shift, 1, n), out);
  }

  /** The gradients of {@link #layerNorm}; those not wanted are null. */
  void layerNormBackward(
      Span x,
      Span scale,
      Span mean,
      Span rstd,
      Span g,
      Span dx,
      Span dscale,
      Span dshift,
      boolean accumulate,
      int rows,
      int n) {
    INDArray gradient = Nd4jBuffer.matrix(g, rows, n);
    INDArray factors = Nd4jBuffer.matrix(rstd, rows, 1);
    if (dshift != null) {
      sumColumns(gradient, Nd4jBuffer.matrix(dshift, 1, n), accumulate);
    }
    if (dx == null && dscale == null) {
      return;
    }
    try (Temporaries.Lease lease = temporaries.open()) {
      INDArray h = lease.matrix(rows, n);
      INDArray t = lease.matrix(rows, n);
      Ops.subtract(Nd4jBuffer.matrix(x, rows, n), Nd4jBuffer.matrix(mean, rows, 1), h);
      Ops.multiply(h, factors, h);
      if (dscale != null) {
        Ops.multiply(gradient, h, t);
        sumColumns(t, Nd4jBuffer.matrix(dscale, 1, n), accumulate);
      }
      if (dx != null) {
        INDArray sums = lease.matrix(rows, 1);
        INDArray e = Nd4jBuffer.matrix(dx, rows, n);
        Ops.multiply(gradient, Nd4jBuffer.matrix(scale, 1, n), e);
        Ops.multiply(e, h, t);
        sumRows(t, sums);
        Pointwise.scale(sums, 1.0 / n);
        Ops.multiply(h, sums, h);
        sumRows(e, sums);
        Pointwise.scale(sums, 1.0 / n);
        Ops.subtract(e, sums, e);
        Ops.subtract(e, h, e);
        Ops.multiply(e, factors, e);
      }
    }
  }

  /** Sums over the last dimension, to [rows, 1], as a product with ones: reductions are slow. */
  void sumRows(INDArray x, INDArray sums) {
    sumRows(x, sums, false);
  }

  /** The same, or added to what is there. */
  void sumRows(INDArray x, INDArray sums, boolean accumulate) {
    Ops.product(x, temporaries.ones((int) x.size(1), 1), sums, accumulate);
  }

  /** Sums over the first dimension, to [1, columns]. */
  void sumColumns(INDArray x, INDArray sums, boolean accumulate) {
    Ops.product(temporaries.ones(1, (int) x.size(0)), x, sums, accumulate);
  }
}
