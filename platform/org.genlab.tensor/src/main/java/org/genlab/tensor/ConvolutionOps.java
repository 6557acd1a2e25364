package org.genlab.tensor;

import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Convolution;
import org.genlab.tensor.backend.Reduction;
import org.genlab.tensor.backend.Span;

/**
 * Convolutions. With images x, weights w and results y, the sum {@code T(x, w, y)} of all products
 * of a pixel, the weight of a tap and the result that they belong to is linear in each of the
 * three; the convolution and its two gradients are the derivatives of T. So the derivatives of each
 * of them are the other two.
 */
final class ConvolutionOps {
  private ConvolutionOps() {}

  static IllegalArgumentException misfit(String operation, Shape x, Shape weight) {
    return new IllegalArgumentException(
        operation + ": an input of shape " + x + " does not fit a weight of shape " + weight);
  }

  static Tensor conv2d(Tensor x, Tensor weight, Tensor bias, Window window) {
    if (x.rank() != 4 || weight.rank() != 4) {
      throw misfit("conv2d", x.shape(), weight.shape());
    }
    return convolve("conv2d", x.shape(), weight.shape(), x, weight, bias, window);
  }

  /**
   * @param given the shape of the input as the caller knows it, for messages
   * @param taps the shape of the weight as the caller knows it
   */
  static Tensor convolve(
      String operation,
      Shape given,
      Shape taps,
      Tensor x,
      Tensor weight,
      Tensor bias,
      Window window) {
    int channels = x.dimension(3);
    int seen = weight.dimension(2);
    int out = weight.dimension(3);
    if (weight.dimension(0) != window.height() || weight.dimension(1) != window.width()) {
      throw new IllegalArgumentException(
          operation
              + ": a weight of shape "
              + taps
              + " does not fit a window of "
              + window.height()
              + " x "
              + window.width());
    }
    if (seen == 0 ? channels > 0 : channels % seen != 0) {
      throw misfit(operation, given, taps);
    }
    int groups = seen == 0 ? 1 : channels / seen;
    if (groups == 0 || out % groups != 0) {
      throw new IllegalArgumentException(
          operation
              + ": an input of shape "
              + given
              + " and a weight of shape "
              + taps
              + " make "
              + groups
              + " groups, which must divide the number of output channels");
    }
    if (bias != null && (bias.rank() != 1 || bias.size() != out)) {
      throw new IllegalArgumentException(
          operation
              + ": a bias of shape "
              + bias.shape()
              + " does not fit a weight of shape "
              + taps);
    }
    int rows = window.rows(x.dimension(1));
    int columns = window.columns(x.dimension(2));
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          operation + ": an input of shape " + given + " is smaller than the window " + window);
    }
    Convolution form =
        new Convolution(
            x.dimension(0),
            x.dimension(1),
            x.dimension(2),
            channels,
            window.height(),
            window.width(),
            window.strideHeight(),
            window.strideWidth(),
            window.top(),
            window.left(),
            window.dilationHeight(),
            window.dilationWidth(),
            rows,
            columns,
            out,
            groups);
    return apply(form, x, weight, bias);
  }

  private static Shape images(Convolution f) {
    return Shape.of(f.batch(), f.height(), f.width(), f.channels());
  }

  private static Shape weights(Convolution f) {
    return Shape.of(f.kernelHeight(), f.kernelWidth(), f.groupChannels(), f.outChannels());
  }

  private static Shape results(Convolution f) {
    return Shape.of(f.batch(), f.outHeight(), f.outWidth(), f.outChannels());
  }

  private static Tensor apply(Convolution form, Tensor x, Tensor w, Tensor bias) {
    Compute compute = Compute.current();
    Shape shape = results(form);
    Storage y = compute.allocate(shape);
    compute
        .pool()
        .backend()
        .convolve(form, x.span(), w.span(), bias == null ? null : bias.span(), y.span());
    return Tensor.result(
        shape, y, Node.records(x, w, bias) ? new ApplyNode(shape, form, x, w, bias) : null);
  }

  /** The gradient at the images. */
  private static Tensor input(Convolution form, Tensor g, Tensor w) {
    Compute compute = Compute.current();
    Shape shape = images(form);
    Storage dx = compute.allocate(shape);
    compute.pool().backend().convolveInput(form, g.span(), w.span(), dx.span(), false);
    return Tensor.result(shape, dx, Node.records(g, w) ? new InputNode(shape, form, g, w) : null);
  }

  /** The gradient at the weights. */
  private static Tensor weight(Convolution form, Tensor x, Tensor g) {
    Compute compute = Compute.current();
    Shape shape = weights(form);
    Storage dw = compute.allocate(shape);
    compute.pool().backend().convolveWeight(form, x.span(), g.span(), dw.span(), false);
    return Tensor.result(shape, dw, Node.records(x, g) ? new WeightNode(shape, form, x, g) : null);
  }

  private static void addInput(Backprop b, Convolution form, int input, Span g, Span w) {
    boolean first = b.isFirst(input);
    b.backend().convolveInput(form, g, w, b.target(input), !first);
  }

  private static void addWeight(Backprop b, Convolution form, int input, Span x, Span g) {
    boolean first = b.isFirst(input);
    b.backend().convolveWeight(form, x, g, b.target(input), !first);
  }

  private static void addResult(Backprop b, Convolution form, int input, Span x, Span w) {
    Backend backend = b.backend();
    b.write(input, y -> backend.convolve(form, x, w, null, y));
  }

  /** The images share the weights: each piece of the batch belongs to an example. */
  private static PerExample.Share shareOfWeights(int input) {
    return input == 0 ? PerExample.Share.EXAMPLES : PerExample.Share.SHARED;
  }

  /** The gradients at the weights of each example's images. */
  private static void addWeights(PerExample pass, Convolution form, int input, Span x, Span g) {
    PerExample.Rows rows = pass.rows(input);
    int images = form.batch() / pass.examples();
    Convolution own = form.withBatch(images);
    int from = images(own).size();
    int to = results(own).size();
    for (int i = 0; i < pass.examples(); i++) {
      pass.backend()
          .convolveWeight(own, x.plus(i * from), g.plus(i * to), rows.row(i), !rows.first());
    }
  }

  private static final class ApplyNode extends Node {
    private final Convolution form;

    ApplyNode(Shape shape, Convolution form, Tensor x, Tensor w, Tensor bias) {
      super(shape, x, w, bias);
      this.form = form;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return shareOfWeights(input);
    }

    @Override
    void perExample(PerExample pass, int input, Span g) {
      if (input == 1) {
        addWeights(pass, form, input, inputs[0].span(), g);
      } else {
        pass.sum(input, g, shape);
      }
    }

    @Override
    void backward(Backprop b, Span g) {
      if (b.wants(0)) {
        addInput(b, form, 0, g, inputs[1].span());
      }
      if (b.wants(1)) {
        addWeight(b, form, 1, inputs[0].span(), g);
      }
      if (b.wants(2)) {
        boolean first = b.isFirst(2);
        int pixels = form.batch() * form.outHeight() * form.outWidth();
        b.backend().reduce(Reduction.SUM, g, b.target(2), 1, pixels, form.outChannels(), !first);
      }
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      return new Tensor[] {
        wanted[0] ? input(form, g, inputs[1]) : null,
        wanted[1] ? weight(form, inputs[0], g) : null,
        wanted[2] ? g.sum(false, 0, 1, 2) : null
      };
    }
  }

  private static final class InputNode extends Node {
    private final Convolution form;

    InputNode(Shape shape, Convolution form, Tensor g, Tensor w) {
      super(shape, g, w);
      this.form = form;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return shareOfWeights(input);
    }

    @Override
    void perExample(PerExample pass, int input, Span u) {
      addWeights(pass, form, input, u, inputs[0].span());
    }

    @Override
    void backward(Backprop b, Span u) {
      if (b.wants(0)) {
        addResult(b, form, 0, u, inputs[1].span());
      }
      if (b.wants(1)) {
        addWeight(b, form, 1, u, inputs[0].span());
      }
    }

    @Override
    Tensor[] gradients(Tensor u, boolean[] wanted) {
      return new Tensor[] {
        wanted[0] ? apply(form, u, inputs[1], null) : null,
        wanted[1] ? weight(form, u, inputs[0]) : null
      };
    }
  }

  private static final class WeightNode extends Node {
    private final Convolution form;

    WeightNode(Shape shape, Convolution form, Tensor x, Tensor g) {
      super(shape, x, g);
      this.form = form;
    }

    @Override
    void backward(Backprop b, Span u) {
      if (b.wants(0)) {
        addInput(b, form, 0, inputs[1].span(), u);
      }
      if (b.wants(1)) {
        addResult(b, form, 1, inputs[0].span(), u);
      }
    }

    @Override
    Tensor[] gradients(Tensor u, boolean[] wanted) {
      return new Tensor[] {
        wanted[0] ? input(form, inputs[1], u) : null,
        wanted[1] ? apply(form, inputs[0], u, null) : null
      };
    }
  }
}
