package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Transcendental functions of vectors, in a fixed order of float operations: the same bits whatever
 * the vector width and wherever an element stands. The polynomials are minimax approximations
 * (Remez exchange) with coefficients rounded to float. Infinities, NaN, overflow and gradual
 * underflow are as in IEEE 754.
 */
final class Functions {
  private static final float LOG2_E = 0x1.715476p+0f;
  // log 2 in two parts, the first short enough that its product with an exponent is exact
  private static final float LN2_HIGH = 0x1.63p-1f;
  private static final float LN2_LOW = -0x1.bd0106p-13f;

  /** 1.5 * 2^23: adding it rounds to an integer, which then stands in the low bits. */
  private static final float ROUNDER = 12582912f;

  private static final int ROUNDER_BITS = 0x4B400000;

  /** 2 sqrt(2/pi) and that times 0.044715. */
  private static final float GELU_LINEAR = (float) 1.5957691216057308;

  private static final float GELU_CUBIC = (float) 0.07135481627159927;

  private Functions() {}

  /** e^x within 1.5 ulp. */
  static FloatVector exp(FloatVector x) {
    // beyond these bounds the result is infinite or 0 all the same
    FloatVector bounded = x.min(89f).max(-104f);
    FloatVector shifted =
        bounded.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUNDER));
    FloatVector n = shifted.sub(ROUNDER);
    FloatVector r = n.fma(FloatVector.broadcast(F, -LN2_HIGH), bounded);
    r = n.fma(FloatVector.broadcast(F, -LN2_LOW), r);
    FloatVector p = FloatVector.broadcast(F, 0x1.6a2346p-10f);
    p = p.fma(r, FloatVector.broadcast(F, 0x1.123a6cp-7f));
    p = p.fma(r, FloatVector.broadcast(F, 0x1.5558f4p-5f));
    p = p.fma(r, FloatVector.broadcast(F, 0x1.55549p-3f));
    p = p.fma(r, FloatVector.broadcast(F, 0x1.fffffcp-2f));
    p = p.fma(r.mul(r), r).add(1f);
    // 2^n may be beyond the range of normal numbers where the result is not: two factors
    IntVector exponent = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
    IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
    return p.mul(powerOfTwo(half)).mul(powerOfTwo(exponent.sub(half)));
  }

  /** 2^n for n in [-126, 127]. */
  private static FloatVector powerOfTwo(IntVector n) {
    return n.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
  }

  /** Natural logarithm within 1.5 ulp. */
  static FloatVector log(FloatVector x) {
    var small = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
    FloatVector result =
        positiveLog(x.blend(x.mul(0x1p23f), small), FloatVector.zero(F).blend(-23f, small));
    result = result.blend(x, x.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY));
    result = result.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0f));
    return result.blend(Float.NaN, x.compare(VectorOperators.GE, 0f).not());
  }

  /** log x + n log 2 of positive normal finite x. */
  private static FloatVector positiveLog(FloatVector x, FloatVector n) {
    // x = 2^e (1 + f) with f in [-1/3, 1/3]
    IntVector bits = x.reinterpretAsInts().sub(0x3F2AAAAB);
    FloatVector e =
        bits.lanewise(VectorOperators.ASHR, 23)
            .add(ROUNDER_BITS)
            .reinterpretAsFloats()
            .sub(ROUNDER)
            .add(n);
    FloatVector f = bits.and(0x007FFFFF).add(0x3F2AAAAB).reinterpretAsFloats().sub(1f);
    FloatVector q = FloatVector.broadcast(F, -0x1.080cb4p-3f);
    q = q.fma(f, FloatVector.broadcast(F, 0x1.1e6588p-3f));
    q = q.fma(f, FloatVector.broadcast(F, -0x1.f30d9p-4f));
    q = q.fma(f, FloatVector.broadcast(F, 0x1.1ed77ap-3f));
    q = q.fma(f, FloatVector.broadcast(F, -0x1.559df2p-3f));
    q = q.fma(f, FloatVector.broadcast(F, 0x1.99d01ep-3f));
    q = q.fma(f, FloatVector.broadcast(F, -0x1.fffefp-3f));
    q = q.fma(f, FloatVector.broadcast(F, 0x1.555506p-2f));
    FloatVector square = f.mul(f);
    FloatVector tail = e.fma(FloatVector.broadcast(F, LN2_LOW), q.mul(square).mul(f));
    tail = square.fma(FloatVector.broadcast(F, -0.5f), tail);
    return e.fma(FloatVector.broadcast(F, LN2_HIGH), f.add(tail));
  }

  /**
   * Natural logarithm of one number: the bits of {@link #log(FloatVector)}, by the same operations.
   */
  static float log(float x) {
    if (!(x >= 0)) {
      return Float.NaN;
    }
    if (x == 0) {
      return Float.NEGATIVE_INFINITY;
    }
    if (x == Float.POSITIVE_INFINITY) {
      return x;
    }
    boolean small = x < Float.MIN_NORMAL;
    int bits = Float.floatToRawIntBits(small ? x * 0x1p23f : x) - 0x3F2AAAAB;
    float e = Float.intBitsToFloat((bits >> 23) + ROUNDER_BITS) - ROUNDER + (small ? -23f : 0f);
    float f = Float.intBitsToFloat((bits & 0x007FFFFF) + 0x3F2AAAAB) - 1f;
    float q = Math.fma(-0x1.080cb4p-3f, f, 0x1.1e6588p-3f);
    q = Math.fma(q, f, -0x1.f30d9p-4f);
    q = Math.fma(q, f, 0x1.1ed77ap-3f);
    q = Math.fma(q, f, -0x1.559df2p-3f);
    q = Math.fma(q, f, 0x1.99d01ep-3f);
    q = Math.fma(q, f, -0x1.fffefp-3f);
    q = Math.fma(q, f, 0x1.555506p-2f);
    float square = f * f;
    float tail = Math.fma(e, LN2_LOW, q * square * f);
    tail = Math.fma(square, -0.5f, tail);
    return Math.fma(e, LN2_HIGH, f + tail);
  }

  /** log(1 + x) of x in [0, 1]. */
  private static FloatVector log1p(FloatVector x) {
    FloatVector one = x.add(1f);
    FloatVector lost = x.sub(one.sub(1f));
    return positiveLog(one, FloatVector.zero(F)).add(lost.div(one));
  }

  /** Hyperbolic tangent within 2.5 ulp. */
  static FloatVector tanh(FloatVector x) {
    FloatVector magnitude = x.abs();
    FloatVector large =
        FloatVector.broadcast(F, 1f)
            .sub(FloatVector.broadcast(F, 2f).div(exp(magnitude.add(magnitude)).add(1f)));
    FloatVector u = x.mul(x);
    FloatVector p = FloatVector.broadcast(F, -0x1.75e4dap-8f);
    p = p.fma(u, FloatVector.broadcast(F, 0x1.522792p-6f));
    p = p.fma(u, FloatVector.broadcast(F, -0x1.b83c8ep-5f));
    p = p.fma(u, FloatVector.broadcast(F, 0x1.110728p-3f));
    p = p.fma(u, FloatVector.broadcast(F, -0x1.555532p-2f));
    FloatVector small = x.mul(u).fma(p, x);
    FloatVector result = large.blend(small, magnitude.compare(VectorOperators.LT, 0.625f));
    // the sign, also of 0
    IntVector sign = x.reinterpretAsInts().and(0x80000000);
    return result.reinterpretAsInts().or(sign).reinterpretAsFloats();
  }

  // The logistic function 1 / (1 + e^-x) is computed from e = e^-|x|, which does not overflow, as
  // 1 / (1 + e) where x is at least 0 and e / (1 + e) elsewhere. That is written out each time:
  // every further method of these would be one more that the compiler may decide not to inline.

  /** 1 / (1 + e^-x) within 3 ulp. */
  static FloatVector sigmoid(FloatVector x) {
    FloatVector e = exp(x.abs().neg());
    return e.blend(1f, x.compare(VectorOperators.GE, 0f)).div(e.add(1f));
  }

  /** x / (1 + e^-x) within 4 ulp for x >= -87, below within 2^-142. */
  static FloatVector silu(FloatVector x) {
    FloatVector e = exp(x.abs().neg());
    return x.mul(e.blend(1f, x.compare(VectorOperators.GE, 0f)).div(e.add(1f)));
  }

  /** The derivative of {@link #silu}, within 2^-22. */
  static FloatVector siluSlope(FloatVector x) {
    FloatVector e = exp(x.abs().neg());
    FloatVector reciprocal = FloatVector.broadcast(F, 1f).div(e.add(1f));
    FloatVector s = e.blend(1f, x.compare(VectorOperators.GE, 0f)).mul(reciprocal);
    return e.mul(reciprocal).mul(reciprocal).fma(x, s);
  }

  /** log(1 + e^x) within 3 ulp. */
  static FloatVector softplus(FloatVector x) {
    return x.max(0f).add(log1p(exp(x.abs().neg())));
  }

  // x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) is x / (1 + e^-u), u = 2 sqrt(2/pi) (...)

  /**
   * x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) within 4 ulp for x >= -1; below, within 2^-23 |x|
   * of the result and 150 ulp.
   */
  static FloatVector gelu(FloatVector x) {
    FloatVector u =
        x.mul(x)
            .fma(FloatVector.broadcast(F, GELU_CUBIC), FloatVector.broadcast(F, GELU_LINEAR))
            .mul(x);
    FloatVector e = exp(u.abs().neg());
    return x.mul(e.blend(1f, u.compare(VectorOperators.GE, 0f)).div(e.add(1f)));
  }

  /** The derivative of {@link #gelu}, within 2^-21. */
  static FloatVector geluSlope(FloatVector x) {
    // the slope is 0 or 1 beyond, and squares must not overflow
    FloatVector bounded = x.min(100f).max(-100f);
    FloatVector square = bounded.mul(bounded);
    FloatVector linear = FloatVector.broadcast(F, GELU_LINEAR);
    FloatVector u = square.fma(FloatVector.broadcast(F, GELU_CUBIC), linear).mul(bounded);
    FloatVector e = exp(u.abs().neg());
    FloatVector reciprocal = FloatVector.broadcast(F, 1f).div(e.add(1f));
    FloatVector s = e.blend(1f, u.compare(VectorOperators.GE, 0f)).mul(reciprocal);
    FloatVector du = square.fma(FloatVector.broadcast(F, 3 * GELU_CUBIC), linear).mul(bounded);
    return e.mul(reciprocal).mul(reciprocal).fma(du, s);
  }

  /** e^x - 1 within 3.5 ulp. */
  static FloatVector expm1(FloatVector x) {
    FloatVector p = FloatVector.broadcast(F, 0x1.a047dcp-13f);
    p = p.fma(x, FloatVector.broadcast(F, 0x1.6ee6cp-10f));
    p = p.fma(x, FloatVector.broadcast(F, 0x1.11132p-7f));
    p = p.fma(x, FloatVector.broadcast(F, 0x1.555298p-5f));
    p = p.fma(x, FloatVector.broadcast(F, 0x1.555552p-3f));
    p = p.fma(x, FloatVector.broadcast(F, 0x1.000002p-1f));
    FloatVector small = p.fma(x.mul(x), x);
    FloatVector result = exp(x).sub(1f).blend(small, x.abs().compare(VectorOperators.LT, 0.5f));
    // also of -0
    return result.blend(x, x.compare(VectorOperators.EQ, 0f));
  }

  /** The nearest integer, of two the even one; keeps the sign of 0. */
  static FloatVector round(FloatVector x) {
    FloatVector magnitude = x.abs();
    // from 2^23 on, floats are integers
    FloatVector near = magnitude.add(0x1p23f).sub(0x1p23f);
    IntVector sign = x.reinterpretAsInts().and(0x80000000);
    FloatVector signed = near.reinterpretAsInts().or(sign).reinterpretAsFloats();
    return x.blend(signed, magnitude.compare(VectorOperators.LT, 0x1p23f));
  }

  // erfc z = e^-z^2 p(w), w = 1 / (1 + z/2), for z in [0, 10.6]: a polynomial within 2^-24.

  /** e^z^2 erfc z, given z/2. */
  private static FloatVector scaledTail(FloatVector half) {
    FloatVector w = FloatVector.broadcast(F, 1f).div(half.add(1f));
    FloatVector p = FloatVector.broadcast(F, -0x1.ca8e26p-5f);
    p = p.fma(w, FloatVector.broadcast(F, 0x1.1328fep-2f));
    p = p.fma(w, FloatVector.broadcast(F, -0x1.cf1828p-2f));
    p = p.fma(w, FloatVector.broadcast(F, 0x1.e0cceap-3f));
    p = p.fma(w, FloatVector.broadcast(F, 0x1.a8a394p-8f));
    p = p.fma(w, FloatVector.broadcast(F, 0x1.7e0b14p-3f));
    p = p.fma(w, FloatVector.broadcast(F, 0x1.fc1f0ap-3f));
    p = p.fma(w, FloatVector.broadcast(F, 0x1.202ecp-2f));
    p = p.fma(w, FloatVector.broadcast(F, 0x1.20f54p-2f));
    return p.fma(w, FloatVector.broadcast(F, -0x1.251826p-18f));
  }

  /** The error function within 1.5 ulp. */
  static FloatVector erf(FloatVector x) {
    // beyond, the result is 1
    FloatVector z = x.abs().min(10f);
    FloatVector square = z.mul(z);
    FloatVector e = exp(square.neg());
    FloatVector large = FloatVector.broadcast(F, 1f).sub(e.mul(scaledTail(z.mul(0.5f))));
    FloatVector r = FloatVector.broadcast(F, 0x1.65109ap-14f);
    r = r.fma(square, FloatVector.broadcast(F, -0x1.aca386p-11f));
    r = r.fma(square, FloatVector.broadcast(F, 0x1.550a44p-8f));
    r = r.fma(square, FloatVector.broadcast(F, -0x1.b81524p-6f));
    r = r.fma(square, FloatVector.broadcast(F, 0x1.ce2e54p-4f));
    r = r.fma(square, FloatVector.broadcast(F, -0x1.812744p-2f));
    r = r.fma(square, FloatVector.broadcast(F, 0x1.06eba8p-3f));
    FloatVector result = large.blend(r.fma(z, z), z.compare(VectorOperators.LT, 0.9f));
    // the sign, also of 0
    IntVector sign = x.reinterpretAsInts().and(0x80000000);
    return result.reinterpretAsInts().or(sign).reinterpretAsFloats();
  }

  /** x Phi(x) within 8 ulp for x >= -12.9, below within 2^-142. */
  static FloatVector geluErf(FloatVector x) {
    FloatVector z = x.abs().min(16f);
    FloatVector square = z.mul(z);
    // what rounding the square lost would be amplified by the exponential
    FloatVector lost = z.fma(z, square.neg());
    FloatVector e = exp(square.mul(-0.5f));
    e = e.fma(lost.mul(-0.5f), e);
    FloatVector tail = e.mul(scaledTail(z.mul(0x1.6a09e6p-2f))).mul(0.5f);
    FloatVector phi =
        tail.blend(FloatVector.broadcast(F, 1f).sub(tail), x.compare(VectorOperators.GE, 0f));
    return x.mul(phi);
  }

  /** The derivative of {@link #geluErf}, within 2^-21. */
  static FloatVector geluErfSlope(FloatVector x) {
    FloatVector bounded = x.min(16f).max(-16f);
    FloatVector z = bounded.abs();
    FloatVector e = exp(z.mul(z).mul(-0.5f));
    FloatVector tail = e.mul(scaledTail(z.mul(0x1.6a09e6p-2f))).mul(0.5f);
    FloatVector phi =
        tail.blend(FloatVector.broadcast(F, 1f).sub(tail), x.compare(VectorOperators.GE, 0f));
    return e.mul(0x1.988454p-2f).fma(bounded, phi);
  }
}
