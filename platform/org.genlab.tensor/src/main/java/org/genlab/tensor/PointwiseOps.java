package org.genlab.tensor;

import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Binary;
import org.genlab.tensor.backend.Span;
import org.genlab.tensor.backend.Unary;
import org.genlab.tensor.random.RandomStream;

/** Operations element by element. */
final class PointwiseOps {
  private static final double GELU_C = StrictMath.sqrt(2 / Math.PI);
  private static final double GELU_A = 0.044715;
  private static final double INVERSE_ROOT_2 = StrictMath.sqrt(0.5);
  private static final double DENSITY_AT_0 = 1 / StrictMath.sqrt(2 * Math.PI);

  private PointwiseOps() {}

  static Tensor unary(Unary function, Tensor x) {
    return unary(function, 0, 0, x);
  }

  static Tensor unary(Unary function, double p, double q, Tensor x) {
    Compute compute = Compute.current();
    Storage y = compute.allocate(x.shape());
    compute.pool().backend().unary(function, (float) p, (float) q, x.span(), y.span(), x.size());
    boolean flat =
        switch (function) {
          case SIGN, GREATER, FLOOR, ROUND -> true;
          default -> false;
        };
    return Tensor.result(
        x.shape(), y, !flat && Node.records(x) ? new UnaryNode(function, p, q, x) : null);
  }

  private static final class UnaryNode extends Node {
    private final Unary function;
    private final double p;
    private final double q;

    UnaryNode(Unary function, double p, double q, Tensor x) {
      super(x.shape(), x);
      this.function = function;
      this.p = p;
      this.q = q;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return PerExample.Share.EXAMPLES;
    }

    @Override
    void backward(Backprop b, Span g) {
      switch (function) {
        case NEGATE -> b.pass(0, -1);
        case ADD -> b.pass(0, 1);
        case MULTIPLY -> b.pass(0, (float) p);
        case EXP -> chain(b, Binary.MULTIPLY, g, output);
        case LOG -> chain(b, Binary.DIVIDE, g, inputs[0]);
        case ABS -> chain(b, Binary.ABS_BACKWARD, g, inputs[0]);
        case SQRT -> chain(b, Binary.SQRT_BACKWARD, g, output);
        case SQUARE -> chain(b, Binary.SQUARE_BACKWARD, g, inputs[0]);
        case RECIPROCAL -> chain(b, Binary.RECIPROCAL_BACKWARD, g, output);
        case TANH -> chain(b, Binary.TANH_BACKWARD, g, output);
        case SIGMOID -> chain(b, Binary.SIGMOID_BACKWARD, g, output);
        case RELU -> chain(b, Binary.RELU_BACKWARD, g, inputs[0]);
        case GELU -> chain(b, Binary.GELU_BACKWARD, g, inputs[0]);
        case GELU_ERF -> chain(b, Binary.GELU_ERF_BACKWARD, g, inputs[0]);
        case SILU -> chain(b, Binary.SILU_BACKWARD, g, inputs[0]);
        case SOFTPLUS -> chain(b, Binary.SOFTPLUS_BACKWARD, g, inputs[0]);
        case POW, CLAMP, EXPM1, LOG1P, SIN, COS, ERF, SIGN, GREATER, FLOOR, ROUND -> b.fallback();
      }
    }

    private static void chain(Backprop b, Binary rule, Span g, Tensor saved) {
      b.writeOver(0, y -> b.backend().binary(rule, g, saved.span(), y, saved.size()));
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      return new Tensor[] {gradient(g, inputs[0], output)};
    }

    private Tensor gradient(Tensor g, Tensor x, Tensor y) {
      return switch (function) {
        case NEGATE -> g.negate();
        case ADD -> g;
        case MULTIPLY -> g.times(p);
        case EXP -> g.times(y);
        case LOG -> g.dividedBy(x);
        case ABS -> g.times(unary(Unary.SIGN, x));
        case SQRT -> g.dividedBy(y).times(0.5);
        case SQUARE -> g.times(x).times(2);
        case RECIPROCAL -> g.times(y.square()).negate();
        case TANH -> g.times(y.square().negate().plus(1));
        case SIGMOID -> g.times(y).times(y.negate().plus(1));
        case RELU -> g.times(unary(Unary.GREATER, x));
        case GELU -> {
          Tensor t = x.plus(x.times(x.square()).times(GELU_A)).times(GELU_C).tanh();
          Tensor slope =
              t.square()
                  .negate()
                  .plus(1)
                  .times(x)
                  .times(x.square().times(3 * GELU_A).plus(1))
                  .times(GELU_C);
          yield g.times(t.plus(1).plus(slope)).times(0.5);
        }
        case GELU_ERF ->
            g.times(
                x.times(INVERSE_ROOT_2)
                    .erf()
                    .plus(1)
                    .times(0.5)
                    .plus(x.times(x.square().times(-0.5).exp().times(DENSITY_AT_0))));
        case EXPM1 -> g.times(x.exp());
        case LOG1P -> g.dividedBy(x.plus(1));
        case SIN -> g.times(x.cos());
        case COS -> g.times(x.sin()).negate();
        case ERF -> g.times(x.square().negate().exp()).times(2 / StrictMath.sqrt(Math.PI));
        case SILU -> {
          Tensor s = x.sigmoid();
          yield g.times(s).times(s.negate().plus(1).times(x).plus(1));
        }
        case SOFTPLUS -> g.times(x.sigmoid());
        case POW -> p == 0 ? Tensor.zeros(shape) : g.times(x.pow(p - 1)).times(p);
        case CLAMP -> {
          Tensor low = Tensor.scalar(p);
          Tensor high = Tensor.scalar(q);
          yield g.times(compare(Binary.GREATER_EQUAL, x, low))
              .times(compare(Binary.GREATER_EQUAL, high, x));
        }
        case SIGN, GREATER, FLOOR, ROUND -> Tensor.zeros(shape);
      };
    }
  }

  /** A comparison: never recorded. */
  static Tensor compare(Binary function, Tensor a, Tensor b) {
    return combine(
        switch (function) {
          case GREATER -> "greaterThan";
          case GREATER_EQUAL -> "greaterOrEqual";
          default -> "equalTo";
        },
        function,
        a,
        b);
  }

  /** y = f(a, b), both broadcast to the shape of y. */
  static void combine(
      Backend backend,
      Binary function,
      Span a,
      Shape aShape,
      Span b,
      Shape bShape,
      Span y,
      Shape shape) {
    if (shape.size() == 0) {
      return;
    }
    if (aShape.equals(bShape)) {
      backend.binary(function, a, b, y, shape.size());
      return;
    }
    Indexing.Pair index =
        Indexing.Pair.of(
            shape.dimensions(), Indexing.strides(aShape, shape), Indexing.strides(bShape, shape));
    if (index.isDense()) {
      backend.binary(function, a, b, y, shape.size());
    } else {
      backend.broadcast(function, index.dimensions(), a, index.a(), b, index.b(), y);
    }
  }

  private static Tensor combine(String operation, Binary function, Tensor a, Tensor b) {
    Shape shape = Indexing.broadcast(operation, a.shape(), b.shape());
    Compute compute = Compute.current();
    Storage y = compute.allocate(shape);
    combine(
        compute.pool().backend(),
        function,
        a.span(),
        a.shape(),
        b.span(),
        b.shape(),
        y.span(),
        shape);
    boolean step =
        switch (function) {
          case GREATER, GREATER_EQUAL, EQUAL -> true;
          default -> false;
        };
    return Tensor.result(
        shape, y, !step && Node.records(a, b) ? new BinaryNode(function, shape, a, b) : null);
  }

  static Tensor add(Tensor a, Tensor b) {
    return combine("plus", Binary.ADD, a, b);
  }

  static Tensor subtract(Tensor a, Tensor b) {
    return combine("minus", Binary.SUBTRACT, a, b);
  }

  static Tensor multiply(Tensor a, Tensor b) {
    return combine("times", Binary.MULTIPLY, a, b);
  }

  static Tensor divide(Tensor a, Tensor b) {
    return combine("dividedBy", Binary.DIVIDE, a, b);
  }

  static Tensor maximum(Tensor a, Tensor b) {
    return combine("maximum", Binary.MAXIMUM, a, b);
  }

  static Tensor minimum(Tensor a, Tensor b) {
    return combine("minimum", Binary.MINIMUM, a, b);
  }

  /** The value of one tensor with the gradient of another. */
  static Tensor straightThrough(Tensor gradient, Tensor value) {
    if (!value.shape().equals(gradient.shape())) {
      throw new IllegalArgumentException(
          "straightThrough: a value of shape "
              + value.shape()
              + " for a tensor of shape "
              + gradient.shape());
    }
    return value.view(
        value.shape(), 0, Node.records(gradient) ? new StraightThroughNode(gradient) : null);
  }

  private static final class StraightThroughNode extends Node {
    StraightThroughNode(Tensor x) {
      super(x.shape(), x);
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return PerExample.Share.EXAMPLES;
    }

    @Override
    void backward(Backprop b, Span g) {
      b.pass(0, 1);
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      return new Tensor[] {g};
    }
  }

  private static final class BinaryNode extends Node {
    private final Binary function;

    BinaryNode(Binary function, Shape shape, Tensor a, Tensor b) {
      super(shape, a, b);
      this.function = function;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return PerExample.broadcast(inputs[input].shape(), shape);
    }

    @Override
    void perExample(PerExample pass, int input, Span g) {
      boolean[] wanted = {input == 0, input == 1};
      Tensor full = full(pass.tensor(shape, g), wanted)[input];
      pass.sum(input, full.span(), shape);
    }

    @Override
    void backward(Backprop b, Span g) {
      switch (function) {
        case ADD -> {
          linear(b, g, 0, 1);
          linear(b, g, 1, 1);
        }
        case SUBTRACT -> {
          linear(b, g, 0, 1);
          linear(b, g, 1, -1);
        }
        case MULTIPLY -> {
          boolean both = b.wants(0) && b.wants(1);
          product(b, Binary.MULTIPLY, g, 0, !both);
          product(b, Binary.MULTIPLY, g, 1, true);
        }
        case DIVIDE -> {
          if (b.wants(1)) {
            Span t = b.temporary(shape.size());
            b.combine(Binary.MULTIPLY, g, shape, output.span(), shape, t);
            Span u = b.temporary(shape.size());
            b.combine(Binary.DIVIDE, t, shape, inputs[1].span(), inputs[1].shape(), u);
            b.reduce(1, u, -1);
          }
          product(b, Binary.DIVIDE, g, 0, true);
        }
        default -> b.fallback();
      }
    }

    /** Adds a multiple of g. */
    private void linear(Backprop b, Span g, int input, float factor) {
      if (!b.wants(input)) {
        return;
      }
      if (inputs[input].size() == shape.size()) {
        b.pass(input, factor);
      } else {
        b.reduce(input, g, factor);
      }
    }

    /** Adds f(g, the other input). */
    private void product(Backprop b, Binary f, Span g, int input, boolean last) {
      if (!b.wants(input)) {
        return;
      }
      Tensor other = inputs[1 - input];
      if (inputs[input].size() != shape.size()) {
        Span full = b.temporary(shape.size());
        b.combine(f, g, shape, other.span(), other.shape(), full);
        b.reduce(input, full, 1);
      } else if (last) {
        b.writeOver(input, y -> b.combine(f, g, shape, other.span(), other.shape(), y));
      } else {
        b.write(input, y -> b.combine(f, g, shape, other.span(), other.shape(), y));
      }
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      Tensor[] full = full(g, wanted);
      for (int i = 0; i < 2; i++) {
        full[i] = wanted[i] ? ReductionOps.sumTo(full[i], inputs[i].shape()) : null;
      }
      return full;
    }

    /** The gradients before they are summed over repetitions. */
    private Tensor[] full(Tensor g, boolean[] wanted) {
      Tensor a = inputs[0];
      Tensor b = inputs[1];
      return switch (function) {
        case ADD -> new Tensor[] {g, g};
        case SUBTRACT -> new Tensor[] {g, wanted[1] ? g.negate() : null};
        case MULTIPLY ->
            new Tensor[] {wanted[0] ? g.times(b) : null, wanted[1] ? g.times(a) : null};
        case DIVIDE ->
            new Tensor[] {
              wanted[0] ? g.dividedBy(b) : null,
              wanted[1] ? g.times(output).dividedBy(b).negate() : null
            };
        case MAXIMUM -> {
          Tensor first = compare(Binary.GREATER_EQUAL, a, b);
          yield new Tensor[] {g.times(first), g.times(first.negate().plus(1))};
        }
        case MINIMUM -> {
          Tensor first = compare(Binary.GREATER_EQUAL, b, a);
          yield new Tensor[] {g.times(first), g.times(first.negate().plus(1))};
        }
        default -> throw new IllegalStateException(function + " is not differentiable");
      };
    }
  }

  static Tensor where(Tensor mask, Tensor yes, Tensor no) {
    if (!Indexing.meet(yes.shape(), no.shape())
        || !Indexing.meet(mask.shape(), Indexing.broadcast("where", yes.shape(), no.shape()))) {
      throw new IllegalArgumentException(
          "where: a mask of shape "
              + mask.shape()
              + " and values of shapes "
              + yes.shape()
              + " and "
              + no.shape()
              + " do not fit together");
    }
    Shape shape =
        Indexing.broadcast(
            "where", mask.shape(), Indexing.broadcast("where", yes.shape(), no.shape()));
    return select(mask.detach().broadcastTo(shape), yes.broadcastTo(shape), no.broadcastTo(shape));
  }

  private static Tensor select(Tensor mask, Tensor yes, Tensor no) {
    Compute compute = Compute.current();
    Storage y = compute.allocate(mask.shape());
    compute.pool().backend().select(mask.span(), yes.span(), no.span(), y.span(), mask.size());
    return Tensor.result(
        mask.shape(), y, Node.records(yes, no) ? new SelectNode(mask, yes, no) : null);
  }

  private static final class SelectNode extends Node {
    private final Tensor mask;

    SelectNode(Tensor mask, Tensor yes, Tensor no) {
      super(mask.shape(), yes, no);
      this.mask = mask;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return PerExample.Share.EXAMPLES;
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      Tensor zero = Tensor.zeros(shape);
      return new Tensor[] {
        wanted[0] ? select(mask, g, zero) : null, wanted[1] ? select(mask, zero, g) : null
      };
    }
  }

  static Tensor dropout(Tensor x, double probability, RandomStream random) {
    if (!(probability >= 0 && probability < 1)) {
      throw new IllegalArgumentException(
          "dropout: probability " + probability + " is not in [0, 1)");
    }
    if (probability == 0) {
      return x;
    }
    Compute compute = Compute.current();
    Storage mask = compute.allocate(x.shape());
    compute
        .pool()
        .backend()
        .dropoutMask(random.nextLong(), random.nextLong(), probability, mask.span(), x.size());
    return x.times(Tensor.result(x.shape(), mask, null));
  }
}
