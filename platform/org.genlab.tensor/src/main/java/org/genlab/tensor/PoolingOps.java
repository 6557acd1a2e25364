package org.genlab.tensor;

import org.genlab.tensor.backend.Pooling;
import org.genlab.tensor.backend.Span;

/** Pooling and interpolation. */
final class PoolingOps {
  private PoolingOps() {}

  static void check(String operation, Tensor x) {
    if (x.rank() != 4) {
      throw new IllegalArgumentException(
          operation
              + ": images of shape "
              + x.shape()
              + "; they must be [batch, height, width, channels]");
    }
  }

  /** An image with one axis for all positions. */
  static Tensor positions(String operation, Tensor x) {
    if (x.rank() < 2) {
      throw new IllegalArgumentException(
          operation + ": an input of shape " + x.shape() + "; it must be [batch, ..., channels]");
    }
    int positions = x.shape().product(1, x.rank() - 1);
    if (positions == 0) {
      throw new IllegalArgumentException(
          operation + ": an input of shape " + x.shape() + " has no positions");
    }
    return x.reshape(x.dimension(0), positions, x.dimension(-1));
  }

  /**
   * @param given the shape of the input as the caller knows it, for messages
   */
  private static Pooling form(String operation, Shape given, Tensor x, Window window) {
    if (window.dilationHeight() != 1 || window.dilationWidth() != 1) {
      throw new IllegalArgumentException(operation + ": the window " + window + " is dilated");
    }
    if (Math.max(window.top(), window.bottom()) >= window.height()
        || Math.max(window.left(), window.right()) >= window.width()) {
      throw new IllegalArgumentException(
          operation + ": the padding of the window " + window + " must be less than its size");
    }
    int height = x.dimension(1);
    int width = x.dimension(2);
    int rows = window.rows(height);
    int columns = window.columns(width);
    if (rows < 1 || columns < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          operation + ": an input of shape " + given + " is smaller than the window " + window);
    }
    return new Pooling(
        x.dimension(0),
        height,
        width,
        x.dimension(3),
        window.height(),
        window.width(),
        window.strideHeight(),
        window.strideWidth(),
        window.top(),
        window.left(),
        rows,
        columns);
  }

  private static Shape images(Pooling f) {
    return Shape.of(f.batch(), f.height(), f.width(), f.channels());
  }

  private static Shape results(Pooling f) {
    return Shape.of(f.batch(), f.outHeight(), f.outWidth(), f.channels());
  }

  static Tensor max(String operation, Shape given, Tensor x, Window window) {
    Pooling form = form(operation, given, x, window);
    Compute compute = Compute.current();
    Shape shape = results(form);
    Storage y = compute.allocate(shape);
    compute.pool().backend().maxPool(form, x.span(), y.span());
    return Tensor.result(shape, y, Node.records(x) ? new MaxNode(shape, form, x) : null);
  }

  private static final class MaxNode extends Node {
    private final Pooling form;

    MaxNode(Shape shape, Pooling form, Tensor x) {
      super(shape, x);
      this.form = form;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return PerExample.Share.EXAMPLES;
    }

    @Override
    void backward(Backprop b, Span g) {
      boolean first = b.isFirst(0);
      b.backend().maxPoolBackward(form, inputs[0].span(), output.span(), g, b.target(0), !first);
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      // The same as picking the largest numbers from a list.
      Tensor flat = inputs[0].detach().reshape(inputs[0].size()).variable();
      Compute compute = Compute.current();
      boolean before = compute.recording;
      compute.recording = true;
      Tensor picked;
      try {
        picked = flat.gather(winners());
      } finally {
        compute.recording = before;
      }
      return new Tensor[] {
        Gradients.differentiableVectorJacobian(picked, g, flat).get(0).reshape(images(form))
      };
    }

    /** The places of the largest numbers. */
    private IntTensor winners() {
      float[] x = inputs[0].toArray();
      float[] y = output.toArray();
      int[] winners = new int[y.length];
      for (int to = 0; to < y.length; to++) {
        winners[to] = winner(x, y[to], to);
      }
      return IntTensor.of(winners, shape.dimensions());
    }

    private int winner(float[] x, float max, int to) {
      int c = to % form.channels();
      int pixel = to / form.channels();
      int column = pixel % form.outWidth() * form.strideWidth() - form.left();
      int row = pixel / form.outWidth() % form.outHeight() * form.strideHeight() - form.top();
      int n = pixel / form.outWidth() / form.outHeight();
      for (int i = Math.max(0, row); i < Math.min(form.height(), row + form.kernelHeight()); i++) {
        for (int j = Math.max(0, column);
            j < Math.min(form.width(), column + form.kernelWidth());
            j++) {
          int at = ((n * form.height() + i) * form.width() + j) * form.channels() + c;
          // not >=: where the largest is NaN, the first wins
          if (!(x[at] < max)) {
            return at;
          }
        }
      }
      throw new AssertionError("no largest in a window of " + form);
    }
  }

  static Tensor average(
      String operation, Shape given, Tensor x, Window window, boolean countPadding) {
    return average(form(operation, given, x, window), countPadding, x);
  }

  private static Tensor average(Pooling form, boolean countPadding, Tensor x) {
    Compute compute = Compute.current();
    Shape shape = results(form);
    Storage y = compute.allocate(shape);
    compute.pool().backend().averagePool(form, countPadding, x.span(), y.span());
    return Tensor.result(
        shape, y, Node.records(x) ? new AverageNode(shape, form, countPadding, x) : null);
  }

  /** The gradient of {@link #average}. */
  private static Tensor spread(Pooling form, boolean countPadding, Tensor g) {
    Compute compute = Compute.current();
    Shape shape = images(form);
    Storage dx = compute.allocate(shape);
    compute.pool().backend().averagePoolBackward(form, countPadding, g.span(), dx.span(), false);
    return Tensor.result(
        shape, dx, Node.records(g) ? new SpreadNode(shape, form, countPadding, g) : null);
  }

  private static final class AverageNode extends Node {
    private final Pooling form;
    private final boolean countPadding;

    AverageNode(Shape shape, Pooling form, boolean countPadding, Tensor x) {
      super(shape, x);
      this.form = form;
      this.countPadding = countPadding;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return PerExample.Share.EXAMPLES;
    }

    @Override
    void backward(Backprop b, Span g) {
      boolean first = b.isFirst(0);
      b.backend().averagePoolBackward(form, countPadding, g, b.target(0), !first);
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      return new Tensor[] {spread(form, countPadding, g)};
    }
  }

  private static final class SpreadNode extends Node {
    private final Pooling form;
    private final boolean countPadding;

    SpreadNode(Shape shape, Pooling form, boolean countPadding, Tensor g) {
      super(shape, g);
      this.form = form;
      this.countPadding = countPadding;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return PerExample.Share.EXAMPLES;
    }

    @Override
    void backward(Backprop b, Span u) {
      b.write(0, y -> b.backend().averagePool(form, countPadding, u, y));
    }

    @Override
    Tensor[] gradients(Tensor u, boolean[] wanted) {
      return new Tensor[] {average(form, countPadding, u)};
    }
  }

  /** The matrix [to, from] that interpolates linearly between the centres of pixels. */
  static Tensor interpolation(int from, int to) {
    float[] matrix = new float[to * from];
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * from / to - 0.5;
      double place = Math.min(Math.max(centre, 0), from - 1);
      int below = (int) place;
      int above = Math.min(below + 1, from - 1);
      double weight = place - below;
      matrix[i * from + below] += (float) (1 - weight);
      matrix[i * from + above] += (float) weight;
    }
    return Tensor.of(matrix, to, from);
  }
}
