package org.genlab.compute.nd4j;

import org.genlab.tensor.backend.Attention;
import org.genlab.tensor.backend.Span;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Attention as batched matrix products; no size is 0. */
final class AttentionKernels {
  /** Added to the scores of invisible positions; finite, so that a row without any is no NaN. */
  private static final float INVISIBLE = -1e30f;

  private final Temporaries temporaries;
  private final RowKernels rowKernels;

  AttentionKernels(Temporaries temporaries) {
    this.temporaries = temporaries;
    this.rowKernels = new RowKernels(temporaries);
  }

  /** Computes the output and the probabilities. */
  void forward(Attention form, Span q, Span k, Span v, Span y, Span p) {
    INDArray probabilities = probabilities(form, p);
    Ops.product(heads(form, q, form.queries()), turned(form, k), probabilities, false);
    Pointwise.scale(probabilities, form.scale());
    if (form.causal()) {
      try (INDArray hidden = mask(form, 0, INVISIBLE);
          INDArray seen = mask(form, 1, 0)) {
        Ops.add(probabilities, hidden, probabilities);
        softmax(form, p);
        Ops.multiply(probabilities, seen, probabilities);
      }
    } else {
      softmax(form, p);
    }
    Ops.product(
        probabilities, heads(form, v, form.positions()), heads(form, y, form.queries()), false);
  }

  private static void softmax(Attention form, Span p) {
    INDArray rows =
        Nd4jBuffer.matrix(p, form.batch() * form.heads() * form.queries(), form.positions());
    Ops.call("softmax", rows, rows);
  }

  /** Computes the gradients. */
  void backward(Attention form, Span q, Span k, Span v, Span p, Span g, Span dq, Span dk, Span dv) {
    int rows = form.batch() * form.heads() * form.queries();
    INDArray probabilities = probabilities(form, p);
    INDArray gradient = heads(form, g, form.queries());
    Ops.product(swapped(probabilities), gradient, heads(form, dv, form.positions()), false);
    try (Temporaries.Lease lease = temporaries.open()) {
      Span memory = lease.span(rows * form.positions());
      INDArray ds = Nd4jBuffer.matrix(memory, rows, form.positions());
      INDArray shaped = probabilities(form, memory);
      INDArray t = lease.matrix(rows, form.positions());
      INDArray sums = lease.matrix(rows, 1);
      INDArray flat = Nd4jBuffer.matrix(p, rows, form.positions());
      Ops.product(gradient, turned(form, v), shaped, false);
      Ops.multiply(ds, flat, t);
      rowKernels.sumRows(t, sums);
      Ops.subtract(ds, sums, ds);
      Ops.multiply(ds, flat, ds);
      Pointwise.scale(ds, form.scale());
      Ops.product(shaped, heads(form, k, form.positions()), heads(form, dq, form.queries()), false);
      Ops.product(
          swapped(shaped),
          heads(form, q, form.queries()),
          heads(form, dk, form.positions()),
          false);
    }
  }

  private static INDArray probabilities(Attention form, Span p) {
    long positions = form.positions();
    long matrix = form.queries() * positions;
    return Nd4jBuffer.view(
        p,
        new long[] {form.batch(), form.heads(), form.queries(), positions},
        new long[] {form.heads() * matrix, matrix, positions, 1});
  }

  /** [batch, heads, rows, width] of [batch, rows, heads, width]. */
  private static INDArray heads(Attention form, Span x, int rows) {
    long row = (long) form.heads() * form.width();
    return Nd4jBuffer.view(
        x,
        new long[] {form.batch(), form.heads(), rows, form.width()},
        new long[] {rows * row, form.width(), row, 1});
  }

  /** [batch, heads, width, positions] of [batch, positions, heads, width]. */
  private static INDArray turned(Attention form, Span x) {
    long row = (long) form.heads() * form.width();
    return Nd4jBuffer.view(
        x,
        new long[] {form.batch(), form.heads(), form.width(), form.positions()},
        new long[] {form.positions() * row, form.width(), 1, row});
  }

  private static INDArray swapped(INDArray x) {
    return x.permute(0, 1, 3, 2);
  }

  /** [1, 1, queries, positions] with one number for what a query sees, another for the rest. */
  private static INDArray mask(Attention form, float visible, float invisible) {
    float[][][][] mask = new float[1][1][form.queries()][form.positions()];
    for (int i = 0; i < form.queries(); i++) {
      for (int j = 0; j < form.positions(); j++) {
        mask[0][0][i][j] = j < form.visible(i) ? visible : invisible;
      }
    }
    return Nd4j.createFromArray(mask);
  }
}
