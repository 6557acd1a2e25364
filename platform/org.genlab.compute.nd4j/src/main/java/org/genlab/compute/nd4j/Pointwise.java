package org.genlab.compute.nd4j;

import org.genlab.tensor.backend.Binary;
import org.genlab.tensor.backend.Unary;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.Pow;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinear;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarAdd;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.api.ops.impl.transforms.floating.Sqrt;
import org.nd4j.linalg.api.ops.impl.transforms.same.Abs;
import org.nd4j.linalg.api.ops.impl.transforms.same.Negative;
import org.nd4j.linalg.api.ops.impl.transforms.same.OneMinus;
import org.nd4j.linalg.api.ops.impl.transforms.same.Reciprocal;
import org.nd4j.linalg.api.ops.impl.transforms.same.Square;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log1p;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sigmoid;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Tanh;
import org.nd4j.linalg.factory.Nd4j;

/** Functions of one and two numbers, composed of ND4J's. Outputs may be inputs. */
final class Pointwise {
  private static final double GELU_C = Math.sqrt(2 / Math.PI);
  private static final double GELU_A = 0.044715;

  private final Temporaries temporaries;

  Pointwise(Temporaries temporaries) {
    this.temporaries = temporaries;
  }

  /**
   * y = f(x; p, q).
   *
   * @return whether the function is implemented here
   */
  boolean unary(Unary function, float p, float q, INDArray x, INDArray y) {
    switch (function) {
      case NEGATE -> Ops.run(new Negative(x, y));
      case ABS -> Ops.run(new Abs(x, y));
      case EXP -> Ops.run(new Exp(x, y));
      case LOG -> Ops.run(new Log(x, y));
      case SQRT -> Ops.run(new Sqrt(x, y));
      case SQUARE -> Ops.run(new Square(x, y));
      case RECIPROCAL -> Ops.run(new Reciprocal(x, y));
      case TANH -> Ops.run(new Tanh(x, y));
      case SIGMOID -> Ops.run(new Sigmoid(x, y));
      case RELU -> Ops.run(new RectifiedLinear(x, y, 0));
      case GELU -> gelu(x, y);
      case SILU -> silu(x, y);
      case SOFTPLUS -> softplus(x, y);
      case POW -> Ops.run(new Pow(x, y, p));
      case CLAMP -> {
        // refused by ND4J otherwise
        if (p >= q) {
          return false;
        }
        Ops.call("clipbyvalue", new double[] {p, q}, y, x);
      }
      case ADD -> Ops.run(new ScalarAdd(x, null, y, p));
      case MULTIPLY -> Ops.run(new ScalarMultiplication(x, null, y, p));
      case GREATER -> Ops.run(new Step(x, y, p));
      default -> {
        return false;
      }
    }
    return true;
  }

  /** t = tanh(c (x + a x^3)). */
  private static void geluTanh(INDArray x, INDArray t) {
    Ops.multiply(x, x, t);
    scale(t, GELU_C * GELU_A);
    shift(t, GELU_C);
    Ops.multiply(t, x, t);
    Ops.run(new Tanh(t, t));
  }

  private void gelu(INDArray x, INDArray y) {
    try (Temporaries.Lease lease = temporaries.open()) {
      INDArray t = lease.like(x);
      geluTanh(x, t);
      shift(t, 1);
      scale(t, 0.5);
      Ops.multiply(t, x, y);
    }
  }

  private void silu(INDArray x, INDArray y) {
    try (Temporaries.Lease lease = temporaries.open()) {
      INDArray s = lease.like(x);
      Ops.run(new Sigmoid(x, s));
      Ops.multiply(s, x, y);
    }
  }

  private void softplus(INDArray x, INDArray y) {
    try (Temporaries.Lease lease = temporaries.open()) {
      INDArray s = lease.like(x);
      Ops.run(new Abs(x, s));
      Ops.run(new Negative(s, s));
      Ops.run(new Exp(s, s));
      Ops.run(new Log1p(s, s));
      Ops.run(new RectifiedLinear(x, y, 0));
      Ops.add(y, s, y);
    }
  }

  /**
   * y = f(a, b).
   *
   * @return whether the function is implemented here
   */
  boolean binary(Binary function, INDArray a, INDArray b, INDArray y) {
    String arithmetic = arithmetic(function);
    if (arithmetic != null) {
      Ops.call(arithmetic, y, a, b);
      return true;
    }
    switch (function) {
      case GREATER -> compare("greater", a, b, y);
      case GREATER_EQUAL -> compare("greater_equal", a, b, y);
      case SQRT_BACKWARD -> {
        Ops.divide(a, b, y);
        scale(y, 0.5);
      }
      case SQUARE_BACKWARD -> {
        Ops.multiply(a, b, y);
        scale(y, 2);
      }
      case RECIPROCAL_BACKWARD -> {
        try (Temporaries.Lease lease = temporaries.open()) {
          INDArray t = lease.like(a);
          Ops.multiply(a, b, t);
          Ops.multiply(t, b, y);
          Ops.run(new Negative(y, y));
        }
      }
      case TANH_BACKWARD -> {
        try (Temporaries.Lease lease = temporaries.open()) {
          INDArray t = lease.like(a);
          Ops.multiply(b, b, t);
          Ops.run(new OneMinus(t, t));
          Ops.multiply(a, t, y);
        }
      }
      case SIGMOID_BACKWARD -> {
        try (Temporaries.Lease lease = temporaries.open()) {
          INDArray t = lease.like(a);
          Ops.run(new OneMinus(b, t));
          Ops.multiply(t, b, t);
          Ops.multiply(a, t, y);
        }
      }
      case RELU_BACKWARD -> {
        // A product with 0 would let infinite gradients through as NaN.
        try (Temporaries.Lease lease = temporaries.open();
            INDArray positive = Ops.condition(a.shape());
            INDArray zero = Nd4j.scalar(0f)) {
          INDArray zeros = lease.like(a);
          zeros.assign(0);
          Ops.call("greater", positive, b, zero);
          Ops.call("select", y, positive, a, zeros);
        }
      }
      case GELU_BACKWARD -> geluBackward(a, b, y);
      case SILU_BACKWARD -> siluBackward(a, b, y);
      case SOFTPLUS_BACKWARD -> {
        try (Temporaries.Lease lease = temporaries.open()) {
          INDArray s = lease.like(a);
          Ops.run(new Sigmoid(b, s));
          Ops.multiply(a, s, y);
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** The name of the operation that broadcasts, or null. */
  static String arithmetic(Binary function) {
    return switch (function) {
      case ADD -> "add";
      case SUBTRACT -> "subtract";
      case MULTIPLY -> "multiply";
      case DIVIDE -> "divide";
      default -> null;
    };
  }

  private static void compare(String name, INDArray a, INDArray b, INDArray y) {
    try (INDArray truth = Ops.condition(a.shape())) {
      Ops.call(name, truth, a, b);
      y.assign(truth);
    }
  }

  private void geluBackward(INDArray g, INDArray x, INDArray y) {
    try (Temporaries.Lease lease = temporaries.open()) {
      INDArray t = lease.like(x);
      INDArray u = lease.like(x);
      INDArray v = lease.like(x);
      geluTanh(x, t);
      // u = x/2 (1 - t t) c (1 + 3 a x x)
      Ops.multiply(x, x, u);
      scale(u, 3 * GELU_A * GELU_C / 2);
      shift(u, GELU_C / 2);
      Ops.multiply(u, x, u);
      Ops.multiply(t, t, v);
      Ops.run(new OneMinus(v, v));
      Ops.multiply(u, v, u);
      // t = (1 + t)/2
      shift(t, 1);
      scale(t, 0.5);
      Ops.add(t, u, t);
      Ops.multiply(g, t, y);
    }
  }

  private void siluBackward(INDArray g, INDArray x, INDArray y) {
    try (Temporaries.Lease lease = temporaries.open()) {
      INDArray s = lease.like(x);
      INDArray t = lease.like(x);
      Ops.run(new Sigmoid(x, s));
      Ops.run(new OneMinus(s, t));
      Ops.multiply(t, x, t);
      shift(t, 1);
      Ops.multiply(s, t, s);
      Ops.multiply(g, s, y);
    }
  }

  /** x += number. */
  static void shift(INDArray x, double number) {
    Ops.run(new ScalarAdd(x, null, x, number));
  }

  /** x = x number. */
  static void scale(INDArray x, double number) {
    Ops.run(new ScalarMultiplication(x, null, x, number));
  }
}
