package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.I;
import static org.genlab.compute.jvm.Lanes.LEN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential, the sigmoid and the tanh: the operations of {@link Functions}, written out in
 * loops over arrays, so that it does not depend on the order in which a JVM compiles methods how
 * fast they are. Two things can otherwise turn all vectors into objects, and both happened in about
 * every second start:
 *
 * <ul>
 *   <li>A function of vectors that was compiled by itself before its callers, to more code than the
 *       compiler inlines, is then called.
 *   <li>What a reinterpretation returns is of an abstract class. The compiler learns the class from
 *       the profile of the library's method, which is missing if that was compiled too early. To
 *       compare the class, once it is known, costs nothing and tells it in any case.
 * </ul>
 */
final class GateLoops {
  private static final float LOG2_E = 0x1.715476p+0f;
  private static final float LN2_HIGH = 0x1.63p-1f;
  private static final float LN2_LOW = -0x1.bd0106p-13f;
  private static final float ROUNDER = 12582912f;
  private static final int ROUNDER_BITS = 0x4B400000;

  private static final Class<?> FLOATS = FloatVector.zero(F).getClass();
  private static final Class<?> INTS = IntVector.zero(I).getClass();

  private GateLoops() {}

  private static AssertionError foreign() {
    return new AssertionError("a vector of another class");
  }

  /** x = {@link Functions#exp} of x in [from, to). */
  static void exp(float[] x, int from, int to) {
    for (int j = from; j < to; j += LEN) {
      FloatVector bounded = FloatVector.fromArray(F, x, j).min(89f).max(-104f);
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
      IntVector bits = shifted.reinterpretAsInts();
      if (bits.getClass() != INTS) {
        throw foreign();
      }
      IntVector exponent = bits.sub(ROUNDER_BITS);
      IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
      FloatVector one = half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      if (one.getClass() != FLOATS) {
        throw foreign();
      }
      FloatVector other =
          exponent.sub(half).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      if (other.getClass() != FLOATS) {
        throw foreign();
      }
      p.mul(one).mul(other).intoArray(x, j);
    }
  }

  /** x = {@link Functions#sigmoid} of x in [from, to). */
  static void sigmoid(float[] x, int from, int to) {
    for (int j = from; j < to; j += LEN) {
      FloatVector v = FloatVector.fromArray(F, x, j);
      // e^-|v|
      FloatVector bounded = v.abs().neg().min(89f).max(-104f);
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
      IntVector bits = shifted.reinterpretAsInts();
      if (bits.getClass() != INTS) {
        throw foreign();
      }
      IntVector exponent = bits.sub(ROUNDER_BITS);
      IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
      FloatVector one = half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      if (one.getClass() != FLOATS) {
        throw foreign();
      }
      FloatVector other =
          exponent.sub(half).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      if (other.getClass() != FLOATS) {
        throw foreign();
      }
      FloatVector e = p.mul(one).mul(other);
      e.blend(1f, v.compare(VectorOperators.GE, 0f)).div(e.add(1f)).intoArray(x, j);
    }
  }

  /** n numbers y = {@link Functions#tanh} of x. */
  static void tanh(float[] x, int from, float[] y, int to, int n) {
    for (int j = 0; j < n; j += LEN) {
      FloatVector v = FloatVector.fromArray(F, x, from + j);
      FloatVector magnitude = v.abs();
      // e^2|v|
      FloatVector bounded = magnitude.add(magnitude).min(89f).max(-104f);
      FloatVector shifted =
          bounded.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUNDER));
      FloatVector whole = shifted.sub(ROUNDER);
      FloatVector r = whole.fma(FloatVector.broadcast(F, -LN2_HIGH), bounded);
      r = whole.fma(FloatVector.broadcast(F, -LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, 0x1.6a2346p-10f);
      p = p.fma(r, FloatVector.broadcast(F, 0x1.123a6cp-7f));
      p = p.fma(r, FloatVector.broadcast(F, 0x1.5558f4p-5f));
      p = p.fma(r, FloatVector.broadcast(F, 0x1.55549p-3f));
      p = p.fma(r, FloatVector.broadcast(F, 0x1.fffffcp-2f));
      p = p.fma(r.mul(r), r).add(1f);
      IntVector bits = shifted.reinterpretAsInts();
      if (bits.getClass() != INTS) {
        throw foreign();
      }
      IntVector exponent = bits.sub(ROUNDER_BITS);
      IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
      FloatVector one = half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      if (one.getClass() != FLOATS) {
        throw foreign();
      }
      FloatVector other =
          exponent.sub(half).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      if (other.getClass() != FLOATS) {
        throw foreign();
      }
      FloatVector e = p.mul(one).mul(other);
      FloatVector large =
          FloatVector.broadcast(F, 1f).sub(FloatVector.broadcast(F, 2f).div(e.add(1f)));
      FloatVector u = v.mul(v);
      FloatVector q = FloatVector.broadcast(F, -0x1.75e4dap-8f);
      q = q.fma(u, FloatVector.broadcast(F, 0x1.522792p-6f));
      q = q.fma(u, FloatVector.broadcast(F, -0x1.b83c8ep-5f));
      q = q.fma(u, FloatVector.broadcast(F, 0x1.110728p-3f));
      q = q.fma(u, FloatVector.broadcast(F, -0x1.555532p-2f));
      FloatVector small = v.mul(u).fma(q, v);
      IntVector result =
          large.blend(small, magnitude.compare(VectorOperators.LT, 0.625f)).reinterpretAsInts();
      IntVector sign = v.reinterpretAsInts();
      if (result.getClass() != INTS || sign.getClass() != INTS) {
        throw foreign();
      }
      FloatVector signed = result.or(sign.and(0x80000000)).reinterpretAsFloats();
      if (signed.getClass() != FLOATS) {
        throw foreign();
      }
      signed.intoArray(y, to + j);
    }
  }
}
