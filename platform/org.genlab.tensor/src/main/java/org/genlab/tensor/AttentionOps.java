package org.genlab.tensor;

import org.genlab.tensor.backend.Attention;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Binary;
import org.genlab.tensor.backend.Reduction;
import org.genlab.tensor.backend.Span;

/** Attention, and the rotation of its queries and keys. */
final class AttentionOps {
  /** Where a score stands for no score: its exponential is 0 beside any other. */
  private static final double NEVER = -Float.MAX_VALUE;

  private AttentionOps() {}

  private static Attention form(
      String operation, Tensor q, Tensor k, Tensor v, boolean causal, double scale, Tensor bias) {
    if (q.rank() != 4
        || k.rank() != 4
        || !v.shape().equals(k.shape())
        || !q.shape().with(1, 0).equals(k.shape().with(1, 0))) {
      throw new IllegalArgumentException(
          operation
              + ": queries of shape "
              + q.shape()
              + " do not fit keys of shape "
              + k.shape()
              + " and values of shape "
              + v.shape());
    }
    if (!Double.isFinite(scale)) {
      throw new IllegalArgumentException(
          operation + ": the scale of queries of shape " + q.shape() + " is " + scale);
    }
    Shape scores = Shape.of(q.dimension(0), q.dimension(2), q.dimension(1), k.dimension(1));
    Attention.Bias places = null;
    if (bias != null) {
      if (!Indexing.fits(bias.shape(), scores)) {
        throw new IllegalArgumentException(
            operation
                + ": a bias of shape "
                + bias.shape()
                + " cannot be repeated to scores of shape "
                + scores);
      }
      int[] strides = Indexing.strides(bias.shape(), scores);
      places = new Attention.Bias(strides[0], strides[1], strides[2], strides[3]);
    }
    return new Attention(
        q.dimension(0),
        q.dimension(1),
        k.dimension(1),
        q.dimension(2),
        q.dimension(3),
        causal,
        (float) scale,
        places);
  }

  private static Shape scores(Attention form) {
    return Shape.of(form.batch(), form.heads(), form.queries(), form.positions());
  }

  static Tensor attention(
      String operation, Tensor q, Tensor k, Tensor v, boolean causal, double scale, Tensor bias) {
    Tensor[] results = compute(q, k, v, form(operation, q, k, v, causal, scale, bias), bias);
    return results[0];
  }

  /** The result and the probabilities, these as constants. */
  private static Tensor[] compute(Tensor q, Tensor k, Tensor v, Attention form, Tensor bias) {
    Compute compute = Compute.current();
    Storage y = compute.allocate(q.shape());
    Shape scores = scores(form);
    Tensor p = Tensor.result(scores, compute.allocate(scores), null);
    compute
        .pool()
        .backend()
        .attention(
            form,
            q.span(),
            k.span(),
            v.span(),
            bias == null ? null : bias.span(),
            y.span(),
            p.span());
    Node node = Node.records(q, k, v, bias) ? new AttentionNode(form, q, k, v, bias, p) : null;
    return new Tensor[] {Tensor.result(q.shape(), y, node), p};
  }

  /** The result and the probabilities, both tracked when any of the inputs is. */
  static Tensor[] withProbabilities(
      Tensor q, Tensor k, Tensor v, boolean causal, double scale, Tensor bias) {
    Attention form = form("Attentions.withProbabilities", q, k, v, causal, scale, bias);
    if (!Node.records(q, k, v, bias)) {
      return compute(q, k, v, form, bias);
    }
    // The order of arithmetic is the kernel's, so the bits are the same.
    Tensor p = probabilities(form, q.permute(0, 2, 1, 3), k.permute(0, 2, 1, 3), bias);
    return new Tensor[] {p.matmul(v.permute(0, 2, 1, 3)).permute(0, 2, 1, 3), p};
  }

  /** The probabilities from recorded operations; queries and keys [batch, heads, ..., width]. */
  private static Tensor probabilities(Attention form, Tensor q, Tensor k, Tensor bias) {
    Tensor scores = q.matmul(k, false, true).times(form.scale());
    Tensor seen = null;
    if (bias != null) {
      scores = scores.plus(bias);
      seen = bias.greaterThan(Tensor.scalar(Double.NEGATIVE_INFINITY));
    }
    if (form.causal()) {
      Tensor mask = mask(form);
      seen = seen == null ? mask : seen.times(mask);
    }
    if (seen == null) {
      return scores.softmax();
    }
    // The product clears queries that see nothing, whose softmax would be uniform.
    return scores.where(seen, Tensor.scalar(NEVER)).softmax().times(seen);
  }

  /** 1 where a query sees a position, [queries, positions]. */
  private static Tensor mask(Attention form) {
    float[] mask = new float[form.queries() * form.positions()];
    for (int i = 0; i < form.queries(); i++) {
      for (int j = 0; j < form.visible(i); j++) {
        mask[i * form.positions() + j] = 1;
      }
    }
    return Tensor.of(mask, form.queries(), form.positions());
  }

  private static final class AttentionNode extends Node {
    private final Attention form;
    private final Tensor probabilities;

    AttentionNode(Attention form, Tensor q, Tensor k, Tensor v, Tensor bias, Tensor probabilities) {
      super(q.shape(), q, k, v, bias);
      this.form = form;
      this.probabilities = probabilities;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      boolean repeated = input == 3 && (inputs[3].rank() < 4 || inputs[3].dimension(0) == 1);
      return repeated ? PerExample.Share.SHARED : PerExample.Share.EXAMPLES;
    }

    @Override
    void backward(Backprop b, Span g) {
      Backend backend = b.backend();
      Span[] d = new Span[3];
      boolean[] direct = new boolean[3];
      for (int i = 0; i < 3; i++) {
        direct[i] = b.wants(i) && b.isFirst(i);
        d[i] = direct[i] ? b.target(i) : b.temporary(inputs[i].size());
      }
      Shape scores = scores(form);
      Span e = b.wants(3) ? b.temporary(scores.size()) : null;
      backend.attentionBackward(
          form,
          inputs[0].span(),
          inputs[1].span(),
          inputs[2].span(),
          probabilities.span(),
          g,
          d[0],
          d[1],
          d[2],
          e);
      for (int i = 0; i < 3; i++) {
        if (b.wants(i) && !direct[i]) {
          backend.axpy(1, d[i], b.target(i), inputs[i].size());
        }
      }
      if (e != null) {
        boolean first = b.isFirst(3);
        ReductionOps.reduce(
            Compute.current(),
            Reduction.SUM,
            e,
            scores.dimensions(),
            Indexing.repeated(inputs[3].shape(), scores),
            b.target(3),
            !first);
      }
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      Tensor q = inputs[0].permute(0, 2, 1, 3);
      Tensor k = inputs[1].permute(0, 2, 1, 3);
      Tensor v = inputs[2].permute(0, 2, 1, 3);
      Tensor go = g.permute(0, 2, 1, 3);
      Tensor p = probabilities(form, q, k, inputs[3]);
      Tensor dv = wanted[2] ? p.matmul(go, true, false).permute(0, 2, 1, 3) : null;
      if (!wanted[0] && !wanted[1] && !wanted[3]) {
        return new Tensor[] {null, null, dv, null};
      }
      Tensor dp = go.matmul(v, false, true);
      Tensor e = p.times(dp.minus(p.times(dp).sum(true, -1)));
      Tensor ds = e.times(form.scale());
      return new Tensor[] {
        wanted[0] ? ds.matmul(k).permute(0, 2, 1, 3) : null,
        wanted[1] ? ds.matmul(q, true, false).permute(0, 2, 1, 3) : null,
        dv,
        wanted[3] ? ReductionOps.sumTo(e, inputs[3].shape()) : null
      };
    }
  }

  /**
   * Rotates pairs of neighbours along the last axis: y = x cosines + swapped x sines, where the
   * first of a pair takes the second negated.
   *
   * @param x [..., positions, heads, width]
   * @param cosines [positions, width]
   * @param sines [positions, width], with the sign of the pair's first negative
   */
  static Tensor rotate(Tensor x, Tensor cosines, Tensor sines) {
    Compute compute = Compute.current();
    Storage y = compute.allocate(x.shape());
    Storage swapped = compute.allocateUnscoped(x.shape());
    rotate(
        compute.pool().backend(),
        x.shape(),
        x.span(),
        cosines.span(),
        sines.span(),
        false,
        swapped.span(),
        y.span());
    swapped.release();
    return Tensor.result(
        x.shape(), y, Node.records(x) ? new RotationNode(x, cosines, sines) : null);
  }

  private static void rotate(
      Backend backend,
      Shape shape,
      Span x,
      Span cosines,
      Span sines,
      boolean back,
      Span swapped,
      Span y) {
    int width = shape.dimension(-1);
    int heads = shape.dimension(-2);
    int positions = shape.dimension(-3);
    int[] pairs = {shape.size() / 2};
    int[] apart = {2};
    backend.move(pairs, x, apart, swapped.plus(1), apart, false);
    backend.move(pairs, x.plus(1), apart, swapped, apart, false);
    int[] dimensions = {shape.product(0, shape.rank() - 3), positions, heads, width};
    int[] whole = {positions * heads * width, heads * width, width, 1};
    int[] table = {0, width, 0, 1};
    backend.broadcast(Binary.MULTIPLY, dimensions, x, whole, cosines, table, y);
    backend.broadcast(Binary.MULTIPLY, dimensions, swapped, whole, sines, table, swapped);
    backend.axpy(back ? -1 : 1, swapped, y, shape.size());
  }

  private static final class RotationNode extends Node {
    private final Tensor cosines;
    private final Tensor sines;

    RotationNode(Tensor x, Tensor cosines, Tensor sines) {
      super(x.shape(), x);
      this.cosines = cosines;
      this.sines = sines;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return PerExample.Share.EXAMPLES;
    }

    @Override
    void backward(Backprop b, Span g) {
      Span swapped = b.temporary(shape.size());
      b.write(
          0, dx -> rotate(b.backend(), shape, g, cosines.span(), sines.span(), true, swapped, dx));
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      return new Tensor[] {rotate(g, cosines, sines.negate())};
    }
  }
}
