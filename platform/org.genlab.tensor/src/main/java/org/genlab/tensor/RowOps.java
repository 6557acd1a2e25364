package org.genlab.tensor;

import org.genlab.tensor.backend.Span;

/** Fused operations along the last axis. */
final class RowOps {
  private RowOps() {}

  private static int width(String operation, Tensor x) {
    if (x.rank() < 1) {
      throw new IllegalArgumentException(operation + ": shape [] has no last axis");
    }
    return x.dimension(-1);
  }

  private static int rows(Tensor x) {
    return x.shape().product(0, x.rank() - 1);
  }

  static Tensor softmax(Tensor x) {
    int n = width("softmax", x);
    Compute compute = Compute.current();
    Storage y = compute.allocate(x.shape());
    compute.pool().backend().softmax(x.span(), y.span(), rows(x), n);
    return Tensor.result(x.shape(), y, Node.records(x) ? new SoftmaxNode(x, false) : null);
  }

  static Tensor logSoftmax(Tensor x) {
    int n = width("logSoftmax", x);
    Compute compute = Compute.current();
    Storage y = compute.allocate(x.shape());
    compute.pool().backend().logSoftmax(x.span(), y.span(), rows(x), n);
    return Tensor.result(x.shape(), y, Node.records(x) ? new SoftmaxNode(x, true) : null);
  }

  private static final class SoftmaxNode extends Node {
    private final boolean logarithm;

    SoftmaxNode(Tensor x, boolean logarithm) {
      super(x.shape(), x);
      this.logarithm = logarithm;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return PerExample.rows(shape);
    }

    @Override
    void backward(Backprop b, Span g) {
      int rows = rows(output);
      int n = output.dimension(-1);
      Span y = output.span();
      b.writeOver(
          0,
          dx -> {
            if (logarithm) {
              b.backend().logSoftmaxBackward(y, g, dx, rows, n);
            } else {
              b.backend().softmaxBackward(y, g, dx, rows, n);
            }
          });
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      Tensor y = output;
      return new Tensor[] {
        logarithm
            ? g.minus(y.exp().times(g.sum(true, -1)))
            : y.times(g.minus(y.times(g).sum(true, -1)))
      };
    }
  }

  static Tensor crossEntropy(Tensor x, IntTensor labels) {
    if (x.rank() < 1 || !labels.shape().equals(x.shape().without(x.rank() - 1))) {
      throw new IllegalArgumentException(
          "crossEntropy: logits of shape "
              + x.shape()
              + " do not fit labels of shape "
              + labels.shape());
    }
    int classes = x.dimension(-1);
    Shape shape = labels.shape();
    for (int label : labels.values()) {
      if (label >= classes) {
        throw new IndexOutOfBoundsException(
            "crossEntropy: label "
                + label
                + " is not below the number of classes of logits of shape "
                + x.shape());
      }
    }
    Compute compute = Compute.current();
    Storage loss = compute.allocate(shape);
    Storage total = compute.allocate(shape);
    compute
        .pool()
        .backend()
        .crossEntropy(x.span(), labels.values(), loss.span(), total.span(), shape.size(), classes);
    return Tensor.result(
        shape,
        loss,
        Node.records(x)
            ? new CrossEntropyNode(shape, x, labels, Tensor.result(shape, total, null))
            : null);
  }

  private static final class CrossEntropyNode extends Node {
    private final IntTensor labels;
    private final Tensor logSumExp;

    CrossEntropyNode(Shape shape, Tensor x, IntTensor labels, Tensor logSumExp) {
      super(shape, x);
      this.labels = labels;
      this.logSumExp = logSumExp;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return PerExample.rows(inputs[0].shape());
    }

    @Override
    void backward(Backprop b, Span g) {
      Tensor x = inputs[0];
      b.write(
          0,
          dx ->
              b.backend()
                  .crossEntropyBackward(
                      x.span(),
                      labels.values(),
                      logSumExp.span(),
                      g,
                      dx,
                      shape.size(),
                      x.dimension(-1)));
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      Tensor x = inputs[0];
      int classes = x.dimension(-1);
      float[] target = new float[x.size()];
      float[] counted = new float[shape.size()];
      for (int i = 0; i < counted.length; i++) {
        int label = labels.at(i);
        if (label >= 0) {
          target[i * classes + label] = 1;
          counted[i] = 1;
        }
      }
      Shape column = x.shape().with(x.rank() - 1, 1);
      Tensor factor = g.times(Tensor.of(counted, shape.dimensions())).reshape(column);
      return new Tensor[] {
        softmax(labelled(x, labels)).minus(Tensor.of(target, x.shape().dimensions())).times(factor)
      };
    }
  }

  /** 1 for rows that have a label, else 0; null where all have one. */
  private static Tensor isLabelled(IntTensor labels) {
    float[] mask = new float[labels.size()];
    boolean all = true;
    for (int i = 0; i < mask.length; i++) {
      mask[i] = labels.at(i) < 0 ? 0 : 1;
      all &= labels.at(i) >= 0;
    }
    return all ? null : Tensor.of(mask, labels.shape().dimensions());
  }

  /**
   * The logits, with zeros in rows without a label: what stands there may be infinite or NaN, which
   * no factor of 0 takes away.
   */
  private static Tensor labelled(Tensor x, IntTensor labels) {
    Tensor mask = isLabelled(labels);
    if (mask == null) {
      return x;
    }
    return x.where(mask.reshape(x.shape().with(x.rank() - 1, 1)), Tensor.scalar(0));
  }

  static Tensor crossEntropy(Tensor x, Tensor probabilities) {
    if (x.rank() < 1 || !x.shape().equals(probabilities.shape())) {
      throw new IllegalArgumentException(
          "crossEntropy: logits of shape "
              + x.shape()
              + " do not fit probabilities of shape "
              + probabilities.shape());
    }
    return logSoftmax(x).times(probabilities).sum(false, -1).negate();
  }

  static Tensor crossEntropy(Tensor x, IntTensor labels, Tensor classWeights) {
    if (x.rank() < 1 || !classWeights.shape().equals(Shape.of(x.dimension(-1)))) {
      throw new IllegalArgumentException(
          "crossEntropy: logits of shape "
              + x.shape()
              + " do not fit class weights of shape "
              + classWeights.shape());
    }
    Tensor losses = crossEntropy(x, labels);
    if (x.dimension(-1) == 0) {
      // No row can have a label.
      return losses;
    }
    int[] rows = labels.toArray();
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Math.max(rows[i], 0);
    }
    Tensor weights = classWeights.gather(IntTensor.of(rows, labels.shape().dimensions()));
    // Rows without a label have the weight of class 0 now, which may be infinite.
    Tensor mask = isLabelled(labels);
    return losses.times(mask == null ? weights : weights.where(mask, Tensor.scalar(0)));
  }

  static Tensor crossEntropy(Tensor x, IntTensor labels, double smoothing) {
    if (!(smoothing >= 0 && smoothing <= 1)) {
      throw new IllegalArgumentException(
          "crossEntropy: label smoothing " + smoothing + " is not in [0, 1]");
    }
    Tensor sharp = crossEntropy(x, labels);
    if (smoothing == 0 || x.dimension(-1) == 0) {
      // Of no classes, no row can have a label.
      return sharp;
    }
    float[] counted = new float[labels.size()];
    for (int i = 0; i < counted.length; i++) {
      counted[i] = labels.at(i) < 0 ? 0 : (float) smoothing;
    }
    Tensor even = logSoftmax(labelled(x, labels)).mean(false, -1);
    return sharp
        .times(1 - smoothing)
        .minus(even.times(Tensor.of(counted, labels.shape().dimensions())));
  }

  static Tensor binaryCrossEntropy(Tensor x, Tensor targets) {
    if (!x.shape().equals(targets.shape())) {
      throw new IllegalArgumentException(
          "binaryCrossEntropy: logits of shape "
              + x.shape()
              + " do not fit targets of shape "
              + targets.shape());
    }
    // Both terms are positive for targets in [0, 1]: nothing cancels, however large the logits are.
    return x.negate().softplus().times(targets).plus(x.softplus().times(targets.negate().plus(1)));
  }

  static Tensor layerNorm(Tensor x, Tensor scale, Tensor shift, double epsilon) {
    if (x.rank() < 1
        || !scale.shape().equals(Shape.of(x.dimension(-1)))
        || !shift.shape().equals(scale.shape())) {
      throw new IllegalArgumentException(
          "layerNorm: an input of shape "
              + x.shape()
              + " does not fit scale and shift of shapes "
              + scale.shape()
              + " and "
              + shift.shape());
    }
    NormalizationOps.checkEpsilon("layerNorm", epsilon);
    int n = x.dimension(-1);
    int rows = rows(x);
    Compute compute = Compute.current();
    Storage y = compute.allocate(x.shape());
    Shape column = Shape.of(rows);
    Tensor mean = Tensor.result(column, compute.allocate(column), null);
    Tensor rstd = Tensor.result(column, compute.allocate(column), null);
    compute
        .pool()
        .backend()
        .layerNorm(
            x.span(),
            scale.span(),
            shift.span(),
            epsilon,
            y.span(),
            mean.span(),
            rstd.span(),
            rows,
            n);
    return Tensor.result(
        x.shape(),
        y,
        Node.records(x, scale, shift)
            ? new LayerNormNode(x, scale, shift, epsilon, mean, rstd)
            : null);
  }

  private static final class LayerNormNode extends Node {
    private final double epsilon;
    private final Tensor mean;
    private final Tensor rstd;

    LayerNormNode(Tensor x, Tensor scale, Tensor shift, double epsilon, Tensor mean, Tensor rstd) {
      super(x.shape(), x, scale, shift);
      this.epsilon = epsilon;
      this.mean = mean;
      this.rstd = rstd;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return input == 0 ? PerExample.rows(shape) : PerExample.Share.SHARED;
    }

    @Override
    void perExample(PerExample pass, int input, Span g) {
      if (input == 2) {
        pass.sum(input, g, shape);
        return;
      }
      Tensor flat = inputs[0].reshape(mean.size(), shape.dimension(-1));
      Shape column = Shape.of(mean.size(), 1);
      Tensor h = flat.minus(mean.reshape(column)).times(rstd.reshape(column));
      pass.sum(input, h.times(pass.tensor(h.shape(), g)).span(), shape);
    }

    @Override
    void backward(Backprop b, Span g) {
      int n = shape.dimension(-1);
      boolean first = b.isFirst(0);
      // The kernel adds to all of scale and shift or to none: zeros make adding right for both.
      Span dscale = b.wants(1) ? b.zeroedTarget(1) : null;
      Span dshift = b.wants(2) ? b.zeroedTarget(2) : null;
      Span dx = null;
      if (b.wants(0)) {
        dx = first ? b.target(0) : b.temporary(shape.size());
      }
      b.backend()
          .layerNormBackward(
              inputs[0].span(),
              inputs[1].span(),
              mean.span(),
              rstd.span(),
              g,
              dx,
              dscale,
              dshift,
              true,
              mean.size(),
              n);
      if (dx != null && !first) {
        b.backend().axpy(1, dx, b.target(0), shape.size());
      }
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      Tensor x = inputs[0];
      Tensor scale = inputs[1];
      Tensor centred = x.minus(mean(x));
      Tensor s = mean(centred.square()).plus(epsilon).sqrt().reciprocal();
      Tensor h = centred.times(s);
      Tensor dx = null;
      if (wanted[0]) {
        Tensor e = g.times(scale);
        dx = e.minus(mean(e)).minus(h.times(mean(e.times(h)))).times(s);
      }
      return new Tensor[] {
        dx,
        wanted[1] ? ReductionOps.sumTo(g.times(h), scale.shape()) : null,
        wanted[2] ? ReductionOps.sumTo(g, scale.shape()) : null
      };
    }

    /** The mean of each row, where rows of no features have 0. */
    private static Tensor mean(Tensor x) {
      return x.sum(true, -1).times(1.0 / Math.max(1, x.dimension(-1)));
    }
  }
}
