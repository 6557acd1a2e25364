package org.genlab.tensor;

import org.genlab.tensor.backend.Span;

/** Sums that run along an axis. */
final class ScanOps {
  private ScanOps() {}

  static Tensor cumulativeSum(Tensor x, int axis, boolean reverse) {
    int a = x.shape().axis("cumulativeSum", axis);
    Compute compute = Compute.current();
    Storage y = compute.allocate(x.shape());
    CumulativeSum node = new CumulativeSum(x, a, reverse);
    compute
        .pool()
        .backend()
        .cumulativeSum(x.span(), y.span(), node.outer(), node.length(), node.inner(), reverse);
    return Tensor.result(x.shape(), y, Node.records(x) ? node : null);
  }

  private static final class CumulativeSum extends Node {
    private final int axis;
    private final boolean reverse;

    CumulativeSum(Tensor x, int axis, boolean reverse) {
      super(x.shape(), x);
      this.axis = axis;
      this.reverse = reverse;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return axis == 0 ? PerExample.Share.MIXED : PerExample.Share.EXAMPLES;
    }

    int outer() {
      return shape.product(0, axis);
    }

    int length() {
      return shape.dimension(axis);
    }

    int inner() {
      return shape.product(axis + 1, shape.rank());
    }

    @Override
    void backward(Backprop b, Span g) {
      b.write(0, dx -> b.backend().cumulativeSum(g, dx, outer(), length(), inner(), !reverse));
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      return new Tensor[] {cumulativeSum(g, axis, !reverse)};
    }
  }
}
