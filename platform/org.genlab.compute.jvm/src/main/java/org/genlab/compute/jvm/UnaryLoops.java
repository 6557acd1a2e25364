package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.LEN;
import static org.genlab.compute.jvm.Lanes.whole;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.genlab.tensor.backend.ScalarBackend;
import org.genlab.tensor.backend.Unary;

/**
 * Functions of one number over ranges. Each function has a loop of its own: a loop shared through
 * an interface would not be compiled to vector instructions.
 */
final class UnaryLoops {
  private UnaryLoops() {}

  /** y_i = f(x_i; p, q); what is left over beyond full vectors goes through a padded copy. */
  static void apply(Unary function, float p, float q, float[] x, int xs, float[] y, int ys, int n) {
    switch (function) {
      case POW, LOG1P, SIN, COS -> {
        for (int i = 0; i < n; i++) {
          y[ys + i] = ScalarBackend.apply(function, p, q, x[xs + i]);
        }
        return;
      }
      default -> {}
    }
    int whole = whole(n);
    float[] end = Scratch.get().first;
    if (whole < n) {
      System.arraycopy(x, xs + whole, end, 0, n - whole);
    }
    // One call for both: inlined twice, a function could be too much for the compiler.
    for (int from = 0; from < n; from += Math.max(whole, LEN)) {
      boolean full = from < whole;
      loop(
          function,
          p,
          q,
          full ? x : end,
          full ? xs : 0,
          full ? y : end,
          full ? ys : 0,
          full ? whole : LEN);
    }
    if (whole < n) {
      System.arraycopy(end, 0, y, ys + whole, n - whole);
    }
  }

  private static void loop(
      Unary function, float p, float q, float[] x, int xs, float[] y, int ys, int n) {
    switch (function) {
      case NEGATE -> negate(x, xs, y, ys, n);
      case ABS -> abs(x, xs, y, ys, n);
      case SIGN -> sign(x, xs, y, ys, n);
      case EXP -> exp(x, xs, y, ys, n);
      case EXPM1 -> expm1(x, xs, y, ys, n);
      case ERF -> erf(x, xs, y, ys, n);
      case FLOOR -> floor(x, xs, y, ys, n);
      case ROUND -> round(x, xs, y, ys, n);
      case LOG -> log(x, xs, y, ys, n);
      case SQRT -> sqrt(x, xs, y, ys, n);
      case SQUARE -> square(x, xs, y, ys, n);
      case RECIPROCAL -> reciprocal(x, xs, y, ys, n);
      case TANH -> tanh(x, xs, y, ys, n);
      case SIGMOID -> sigmoid(x, xs, y, ys, n);
      case RELU -> relu(x, xs, y, ys, n);
      case GELU -> gelu(x, xs, y, ys, n);
      case GELU_ERF -> geluErf(x, xs, y, ys, n);
      case SILU -> silu(x, xs, y, ys, n);
      case SOFTPLUS -> softplus(x, xs, y, ys, n);
      case CLAMP -> clamp(x, xs, y, ys, n, p, q);
      case ADD -> add(x, xs, y, ys, n, p);
      case MULTIPLY -> multiply(x, xs, y, ys, n, p);
      case GREATER -> greater(x, xs, y, ys, n, p);
      case POW, LOG1P, SIN, COS -> throw new AssertionError(function);
    }
  }

  private static void negate(float[] x, int xs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector.fromArray(F, x, xs + i).neg().intoArray(y, ys + i);
    }
  }

  private static void abs(float[] x, int xs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector.fromArray(F, x, xs + i).abs().intoArray(y, ys + i);
    }
  }

  private static void sign(float[] x, int xs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector v = FloatVector.fromArray(F, x, xs + i);
      FloatVector sign = v.blend(1f, v.compare(VectorOperators.GT, 0f));
      sign = sign.blend(-1f, v.compare(VectorOperators.LT, 0f));
      sign.add(0f).intoArray(y, ys + i);
    }
  }

  private static void exp(float[] x, int xs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      Functions.exp(FloatVector.fromArray(F, x, xs + i)).intoArray(y, ys + i);
    }
  }

  private static void log(float[] x, int xs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      Functions.log(FloatVector.fromArray(F, x, xs + i)).intoArray(y, ys + i);
    }
  }

  private static void sqrt(float[] x, int xs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector.fromArray(F, x, xs + i).lanewise(VectorOperators.SQRT).intoArray(y, ys + i);
    }
  }

  private static void square(float[] x, int xs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector v = FloatVector.fromArray(F, x, xs + i);
      v.mul(v).intoArray(y, ys + i);
    }
  }

  private static void reciprocal(float[] x, int xs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector.broadcast(F, 1f).div(FloatVector.fromArray(F, x, xs + i)).intoArray(y, ys + i);
    }
  }

  private static void tanh(float[] x, int xs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      Functions.tanh(FloatVector.fromArray(F, x, xs + i)).intoArray(y, ys + i);
    }
  }

  private static void sigmoid(float[] x, int xs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      Functions.sigmoid(FloatVector.fromArray(F, x, xs + i)).intoArray(y, ys + i);
    }
  }

  private static void relu(float[] x, int xs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector v = FloatVector.fromArray(F, x, xs + i);
      v.blend(0f, v.compare(VectorOperators.LE, 0f)).intoArray(y, ys + i);
    }
  }

  private static void gelu(float[] x, int xs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      Functions.gelu(FloatVector.fromArray(F, x, xs + i)).intoArray(y, ys + i);
    }
  }

  private static void geluErf(float[] x, int xs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      Functions.geluErf(FloatVector.fromArray(F, x, xs + i)).intoArray(y, ys + i);
    }
  }

  private static void expm1(float[] x, int xs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      Functions.expm1(FloatVector.fromArray(F, x, xs + i)).intoArray(y, ys + i);
    }
  }

  private static void erf(float[] x, int xs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      Functions.erf(FloatVector.fromArray(F, x, xs + i)).intoArray(y, ys + i);
    }
  }

  private static void round(float[] x, int xs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      Functions.round(FloatVector.fromArray(F, x, xs + i)).intoArray(y, ys + i);
    }
  }

  private static void floor(float[] x, int xs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector v = FloatVector.fromArray(F, x, xs + i);
      FloatVector near = Functions.round(v);
      near.blend(near.sub(1f), near.compare(VectorOperators.GT, v)).intoArray(y, ys + i);
    }
  }

  private static void silu(float[] x, int xs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      Functions.silu(FloatVector.fromArray(F, x, xs + i)).intoArray(y, ys + i);
    }
  }

  private static void softplus(float[] x, int xs, float[] y, int ys, int n) {
    for (int i = 0; i < n; i += LEN) {
      Functions.softplus(FloatVector.fromArray(F, x, xs + i)).intoArray(y, ys + i);
    }
  }

  private static void clamp(float[] x, int xs, float[] y, int ys, int n, float p, float q) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector.fromArray(F, x, xs + i).max(p).min(q).intoArray(y, ys + i);
    }
  }

  private static void add(float[] x, int xs, float[] y, int ys, int n, float p) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector.fromArray(F, x, xs + i).add(p).intoArray(y, ys + i);
    }
  }

  private static void multiply(float[] x, int xs, float[] y, int ys, int n, float p) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector.fromArray(F, x, xs + i).mul(p).intoArray(y, ys + i);
    }
  }

  private static void greater(float[] x, int xs, float[] y, int ys, int n, float p) {
    for (int i = 0; i < n; i += LEN) {
      FloatVector v = FloatVector.fromArray(F, x, xs + i);
      FloatVector.zero(F).blend(1f, v.compare(VectorOperators.GT, p)).intoArray(y, ys + i);
    }
  }
}
