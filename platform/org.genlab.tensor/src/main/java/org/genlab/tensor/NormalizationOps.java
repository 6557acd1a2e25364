package org.genlab.tensor;

import org.genlab.tensor.backend.Span;

/** Normalisation of columns. */
final class NormalizationOps {
  private NormalizationOps() {}

  static void check(String operation, Tensor x, Tensor scale, Tensor shift) {
    if (x.rank() < 2
        || !scale.shape().equals(Shape.of(x.dimension(-1)))
        || !shift.shape().equals(scale.shape())) {
      throw new IllegalArgumentException(
          operation
              + ": an input of shape "
              + x.shape()
              + " does not fit scale and shift of shapes "
              + scale.shape()
              + " and "
              + shift.shape());
    }
  }

  static void checkEpsilon(String operation, double epsilon) {
    if (!(epsilon >= 0)) {
      throw new IllegalArgumentException(
          operation + ": epsilon is " + epsilon + "; it must not be negative");
    }
  }

  /** Normalises each of so many parts of the batch. */
  static Normalization.Result apply(
      String operation,
      Tensor x,
      int groups,
      Tensor scale,
      Tensor shift,
      double epsilon,
      boolean rectify) {
    check(operation, x, scale, shift);
    checkEpsilon(operation, epsilon);
    int batch = x.dimension(0);
    if (groups < 1 || batch % groups != 0) {
      throw new IllegalArgumentException(
          operation + ": " + groups + " groups do not divide the batch of shape " + x.shape());
    }
    int n = x.dimension(-1);
    int rows = batch / groups * x.shape().product(1, x.rank() - 1);
    if (rows == 0) {
      throw new IllegalArgumentException(
          operation + ": an input of shape " + x.shape() + " has no mean");
    }
    Form form = new Form(groups, rows, n, epsilon, rectify);
    Compute compute = Compute.current();
    Shape statistics = groups == 1 ? Shape.of(n) : Shape.of(groups, n);
    Tensor mean = Tensor.result(statistics, compute.allocate(statistics), null);
    Tensor variance = Tensor.result(statistics, compute.allocate(statistics), null);
    compute
        .pool()
        .backend()
        .columnStatistics(x.span(), mean.span(), variance.span(), groups, rows, n);
    Storage y = compute.allocate(x.shape());
    normalize(form, x, mean, variance, scale, shift, y);
    Tensor output =
        Tensor.result(
            x.shape(),
            y,
            Node.records(x, scale, shift)
                ? new ColumnNode(form, x, scale, shift, mean, variance)
                : null);
    return new Normalization.Result(output, mean, variance);
  }

  private record Form(int outer, int rows, int n, double epsilon, boolean rectify) {}

  private static void normalize(
      Form form, Tensor x, Tensor mean, Tensor variance, Tensor scale, Tensor shift, Storage y) {
    Compute.current()
        .pool()
        .backend()
        .columnNorm(
            x.span(),
            mean.span(),
            variance.span(),
            form.epsilon,
            scale.span(),
            shift.span(),
            form.rectify,
            y.span(),
            form.outer,
            form.rows,
            form.n);
  }

  private static final class ColumnNode extends Node.Composed {
    private final Form form;
    private final Tensor mean;
    private final Tensor variance;

    ColumnNode(Form form, Tensor x, Tensor scale, Tensor shift, Tensor mean, Tensor variance) {
      super(x.shape(), x, scale, shift);
      this.form = form;
      this.mean = mean;
      this.variance = variance;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      if (form.outer % examples != 0) {
        return PerExample.Share.MIXED;
      }
      return input == 0 ? PerExample.Share.EXAMPLES : PerExample.Share.SHARED;
    }

    @Override
    void perExample(PerExample pass, int input, Span g) {
      PerExample.Rows to = pass.rows(input);
      int outer = form.outer / pass.examples();
      for (int i = 0; i < pass.examples(); i++) {
        int piece = i * outer * form.rows * form.n;
        int statistics = i * outer * form.n;
        pass.backend()
            .columnNormBackward(
                inputs[0].span().plus(piece),
                mean.span().plus(statistics),
                variance.span().plus(statistics),
                form.epsilon,
                inputs[1].span(),
                inputs[2].span(),
                form.rectify,
                g.plus(piece),
                null,
                input == 1 ? to.row(i) : null,
                input == 2 ? to.row(i) : null,
                !to.first(),
                outer,
                form.rows,
                form.n);
      }
    }

    @Override
    void backward(Backprop b, Span g) {
      boolean first = b.isFirst(0);
      // The kernel adds to both of scale and shift or to none: zeros make adding right for both.
      Span dscale = b.wants(1) ? b.zeroedTarget(1) : null;
      Span dshift = b.wants(2) ? b.zeroedTarget(2) : null;
      Span dx = null;
      if (b.wants(0)) {
        dx = first ? b.target(0) : b.temporary(shape.size());
      }
      b.backend()
          .columnNormBackward(
              inputs[0].span(),
              mean.span(),
              variance.span(),
              form.epsilon,
              inputs[1].span(),
              inputs[2].span(),
              form.rectify,
              g,
              dx,
              dscale,
              dshift,
              true,
              form.outer,
              form.rows,
              form.n);
      if (dx != null && !first) {
        b.backend().axpy(1, dx, b.target(0), shape.size());
      }
    }

    @Override
    Tensor compose(Tensor[] of) {
      Tensor x = of[0].reshape(form.outer, form.rows, form.n);
      Tensor centred = x.minus(x.mean(true, 1));
      Tensor deviation = centred.square().mean(true, 1).plus(form.epsilon).sqrt();
      Tensor y = centred.dividedBy(deviation).times(of[1]).plus(of[2]).reshape(shape);
      return form.rectify ? y.relu() : y;
    }
  }

  static Tensor inference(
      Tensor x, Tensor mean, Tensor variance, Tensor scale, Tensor shift, double epsilon) {
    check("Normalization.inference", x, scale, shift);
    checkEpsilon("Normalization.inference", epsilon);
    if (!mean.shape().equals(scale.shape()) || !variance.shape().equals(scale.shape())) {
      throw new IllegalArgumentException(
          "Normalization.inference: an input of shape "
              + x.shape()
              + " does not fit mean and variance of shapes "
              + mean.shape()
              + " and "
              + variance.shape());
    }
    int n = x.dimension(-1);
    int rows = x.shape().product(0, x.rank() - 1);
    Storage y = Compute.current().allocate(x.shape());
    normalize(new Form(1, rows, n, epsilon, false), x, mean, variance, scale, shift, y);
    return Tensor.result(
        x.shape(),
        y,
        Node.records(x, mean, variance, scale, shift)
            ? new InferenceNode(epsilon, x, mean, variance, scale, shift)
            : null);
  }

  private static final class InferenceNode extends Node {
    private final double epsilon;

    InferenceNode(
        double epsilon, Tensor x, Tensor mean, Tensor variance, Tensor scale, Tensor shift) {
      super(x.shape(), x, mean, variance, scale, shift);
      this.epsilon = epsilon;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return input == 0 ? PerExample.rows(shape) : PerExample.Share.SHARED;
    }

    @Override
    void perExample(PerExample pass, int input, Span g) {
      Tensor above = pass.tensor(shape, g);
      Tensor rstd = inputs[2].plus(epsilon).sqrt().reciprocal();
      Tensor h = inputs[0].minus(inputs[1]).times(rstd);
      Tensor full =
          switch (input) {
            case 1 -> above.times(rstd.times(inputs[3]).negate());
            case 2 -> above.times(h).times(rstd.square().times(inputs[3]).times(-0.5));
            case 3 -> above.times(h);
            default -> above;
          };
      pass.sum(input, full.span(), shape);
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      Tensor x = inputs[0];
      Shape row = inputs[1].shape();
      Tensor rstd = inputs[2].plus(epsilon).sqrt().reciprocal();
      Tensor factor = rstd.times(inputs[3]);
      Tensor centred = x.minus(inputs[1]);
      Tensor sum = ReductionOps.sumTo(g, row);
      Tensor product = wanted[2] || wanted[3] ? ReductionOps.sumTo(g.times(centred), row) : null;
      return new Tensor[] {
        wanted[0] ? g.times(factor) : null,
        wanted[1] ? sum.times(factor).negate() : null,
        wanted[2] ? product.times(factor).times(rstd.square()).times(-0.5) : null,
        wanted[3] ? product.times(rstd) : null,
        sum
      };
    }
  }

  static Tensor group(Tensor x, int groups, Tensor scale, Tensor shift, double epsilon) {
    check("Normalization.group", x, scale, shift);
    checkEpsilon("Normalization.group", epsilon);
    int batch = x.dimension(0);
    int n = x.dimension(-1);
    if (groups < 1 || n % groups != 0) {
      throw new IllegalArgumentException(
          "Normalization.group: "
              + groups
              + " groups do not divide the channels of shape "
              + x.shape());
    }
    int positions = x.shape().product(1, x.rank() - 1);
    int width = n / groups;
    Tensor rows =
        x.reshape(batch, positions, groups, width)
            .permute(0, 2, 1, 3)
            .reshape(batch, groups, positions * width);
    if (rows.dimension(-1) == 0) {
      return x.times(scale).plus(shift);
    }
    Tensor ones = Tensor.ones(positions * width);
    Tensor zeros = Tensor.zeros(positions * width);
    return rows.layerNorm(ones, zeros, epsilon)
        .reshape(batch, groups, positions, width)
        .permute(0, 2, 1, 3)
        .reshape(x.shape())
        .times(scale)
        .plus(shift);
  }
}
