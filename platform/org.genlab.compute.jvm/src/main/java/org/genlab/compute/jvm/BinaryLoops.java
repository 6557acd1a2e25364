package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.LEN;
import static org.genlab.compute.jvm.Lanes.whole;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.genlab.tensor.backend.Binary;

/** Functions of two numbers over ranges, each with a loop of its own, as in {@link UnaryLoops}. */
final class BinaryLoops {
  private BinaryLoops() {}

  /** y_i = f(a_i, b_i); what is left over beyond full vectors goes through padded copies. */
  static void apply(
      Binary function, float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    int whole = whole(n);
    Scratch scratch = Scratch.get();
    float[] first = scratch.first;
    float[] second = scratch.second;
    if (whole < n) {
      System.arraycopy(a, as + whole, first, 0, n - whole);
      System.arraycopy(b, bs + whole, second, 0, n - whole);
    }
    // One call for both: inlined twice, a function could be too much for the compiler.
    for (int from = 0; from < n; from += Math.max(whole, LEN)) {
      boolean full = from < whole;
      loop(
          function,
          full ? a : first,
          full ? as : 0,
          full ? b : second,
          full ? bs : 0,
          full ? y : first,
          full ? ys : 0,
          full ? whole : LEN);
    }
    if (whole < n) {
      System.arraycopy(first, 0, y, ys + whole, n - whole);
    }
  }

  private static void loop(
      Binary function, float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    switch (function) {
      case ADD -> add(a, as, b, bs, y, ys, n);
      case SUBTRACT -> subtract(a, as, b, bs, y, ys, n);
      case MULTIPLY -> multiply(a, as, b, bs, y, ys, n);
      case DIVIDE -> divide(a, as, b, bs, y, ys, n);
      case MAXIMUM -> maximum(a, as, b, bs, y, ys, n);
      case MINIMUM -> minimum(a, as, b, bs, y, ys, n);
      case EQUAL -> equal(a, as, b, bs, y, ys, n);
      case GREATER -> greater(a, as, b, bs, y, ys, n);
      case GREATER_EQUAL -> greaterEqual(a, as, b, bs, y, ys, n);
      case ABS_BACKWARD -> absBackward(a, as, b, bs, y, ys, n);
      case SQRT_BACKWARD -> sqrtBackward(a, as, b, bs, y, ys, n);
      case SQUARE_BACKWARD -> squareBackward(a, as, b, bs, y, ys, n);
      case RECIPROCAL_BACKWARD -> reciprocalBackward(a, as, b, bs, y, ys, n);
      case TANH_BACKWARD -> tanhBackward(a, as, b, bs, y, ys, n);
      case SIGMOID_BACKWARD -> sigmoidBackward(a, as, b, bs, y, ys, n);
      case RELU_BACKWARD -> reluBackward(a, as, b, bs, y, ys, n);
      case GELU_BACKWARD -> geluBackward(a, as, b, bs, y, ys, n);
      case GELU_ERF_BACKWARD -> geluErfBackward(a, as, b, bs, y, ys, n);
      case SILU_BACKWARD -> siluBackward(a, as, b, bs, y, ys, n);
      case SOFTPLUS_BACKWARD -> softplusBackward(a, as, b, bs, y, ys, n);
    }
  }

  private static void add(float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector u = FloatVector.fromArray(F, a, as + i);
      FloatVector v = FloatVector.fromArray(F, b, bs + i);
      u.add(v).intoArray(y, ys + i);
    }
  }

  private static void subtract(float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector u = FloatVector.fromArray(F, a, as + i);
      FloatVector v = FloatVector.fromArray(F, b, bs + i);
      u.sub(v).intoArray(y, ys + i);
    }
  }

  private static void multiply(float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector u = FloatVector.fromArray(F, a, as + i);
      FloatVector v = FloatVector.fromArray(F, b, bs + i);
      u.mul(v).intoArray(y, ys + i);
    }
  }

  private static void divide(float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector u = FloatVector.fromArray(F, a, as + i);
      FloatVector v = FloatVector.fromArray(F, b, bs + i);
      u.div(v).intoArray(y, ys + i);
    }
  }

  private static void maximum(float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector u = FloatVector.fromArray(F, a, as + i);
      FloatVector v = FloatVector.fromArray(F, b, bs + i);
      u.max(v).intoArray(y, ys + i);
    }
  }

  private static void minimum(float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector u = FloatVector.fromArray(F, a, as + i);
      FloatVector v = FloatVector.fromArray(F, b, bs + i);
      u.min(v).intoArray(y, ys + i);
    }
  }

  private static void equal(float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector u = FloatVector.fromArray(F, a, as + i);
      FloatVector v = FloatVector.fromArray(F, b, bs + i);
      FloatVector.zero(F).blend(1f, u.compare(VectorOperators.EQ, v)).intoArray(y, ys + i);
    }
  }

  private static void greater(float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector u = FloatVector.fromArray(F, a, as + i);
      FloatVector v = FloatVector.fromArray(F, b, bs + i);
      FloatVector.zero(F).blend(1f, u.compare(VectorOperators.GT, v)).intoArray(y, ys + i);
    }
  }

  private static void greaterEqual(float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector u = FloatVector.fromArray(F, a, as + i);
      FloatVector v = FloatVector.fromArray(F, b, bs + i);
      FloatVector.zero(F).blend(1f, u.compare(VectorOperators.GE, v)).intoArray(y, ys + i);
    }
  }

  private static void absBackward(float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector u = FloatVector.fromArray(F, a, as + i);
      FloatVector v = FloatVector.fromArray(F, b, bs + i);
      FloatVector sign = v.blend(1f, v.compare(VectorOperators.GT, 0f));
      sign = sign.blend(-1f, v.compare(VectorOperators.LT, 0f));
      u.mul(sign).intoArray(y, ys + i);
    }
  }

  private static void sqrtBackward(float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector u = FloatVector.fromArray(F, a, as + i);
      FloatVector v = FloatVector.fromArray(F, b, bs + i);
      u.div(v.add(v)).intoArray(y, ys + i);
    }
  }

  private static void squareBackward(
      float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector u = FloatVector.fromArray(F, a, as + i);
      FloatVector v = FloatVector.fromArray(F, b, bs + i);
      u.add(u).mul(v).intoArray(y, ys + i);
    }
  }

  private static void reciprocalBackward(
      float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector u = FloatVector.fromArray(F, a, as + i);
      FloatVector v = FloatVector.fromArray(F, b, bs + i);
      u.neg().mul(v).mul(v).intoArray(y, ys + i);
    }
  }

  private static void tanhBackward(float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector u = FloatVector.fromArray(F, a, as + i);
      FloatVector v = FloatVector.fromArray(F, b, bs + i);
      u.mul(FloatVector.broadcast(F, 1f).sub(v.mul(v))).intoArray(y, ys + i);
    }
  }

  private static void sigmoidBackward(
      float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector u = FloatVector.fromArray(F, a, as + i);
      FloatVector v = FloatVector.fromArray(F, b, bs + i);
      u.mul(v).mul(FloatVector.broadcast(F, 1f).sub(v)).intoArray(y, ys + i);
    }
  }

  private static void reluBackward(float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector u = FloatVector.fromArray(F, a, as + i);
      FloatVector v = FloatVector.fromArray(F, b, bs + i);
      FloatVector.zero(F).blend(u, v.compare(VectorOperators.GT, 0f)).intoArray(y, ys + i);
    }
  }

  private static void geluBackward(float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector u = FloatVector.fromArray(F, a, as + i);
      FloatVector v = FloatVector.fromArray(F, b, bs + i);
      u.mul(Functions.geluSlope(v)).intoArray(y, ys + i);
    }
  }

  private static void geluErfBackward(
      float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector u = FloatVector.fromArray(F, a, as + i);
      FloatVector v = FloatVector.fromArray(F, b, bs + i);
      u.mul(Functions.geluErfSlope(v)).intoArray(y, ys + i);
    }
  }

  private static void siluBackward(float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector u = FloatVector.fromArray(F, a, as + i);
      FloatVector v = FloatVector.fromArray(F, b, bs + i);
      u.mul(Functions.siluSlope(v)).intoArray(y, ys + i);
    }
  }

  private static void softplusBackward(
      float[] a, int as, float[] b, int bs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector u = FloatVector.fromArray(F, a, as + i);
      FloatVector v = FloatVector.fromArray(F, b, bs + i);
      u.mul(Functions.sigmoid(v)).intoArray(y, ys + i);
    }
  }
}
