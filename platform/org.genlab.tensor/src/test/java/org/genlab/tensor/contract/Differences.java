package org.genlab.tensor.contract;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;

/**
 * Central differences of a function of references, in double precision. A step is a compromise:
 * halving it divides the part of the next derivatives by 4, and multiplies the rounding by 2, 4 or
 * 8 for the first, second and third derivative.
 */
final class Differences {
  private static final double FIRST = 1e-5;
  // along a direction in which all elements take part, and along a probe, which is short
  private static final double SECOND_ALONG = 5e-5;
  private static final double SECOND_PROBE = 2e-4;
  private static final double THIRD = 1e-3;

  /** What smooth functions stay below. */
  private static final double KINK = 0.1;

  /** Up to so many elements are probed one by one; of more, as many as that altogether. */
  private static final int PROBES = 32;

  private final Function<Reference[], Double> function;
  private final Reference[] at;

  Differences(Function<Reference[], Double> function, Reference[] at) {
    this.function = function;
    this.at = at;
  }

  /**
   * The directions in which derivatives are compared: each element; of many, some elements, and
   * some directions in which all elements take part.
   */
  static double[][] probes(Random random, int n) {
    double[][] probes = new double[Math.min(n, PROBES)][n];
    for (int k = 0; k < probes.length; k++) {
      if (n <= PROBES) {
        probes[k][k] = 1;
      } else if (k % 3 != 0) {
        probes[k][random.nextInt(n)] = 1;
      } else {
        double length = 4 / Math.sqrt(n);
        Arrays.setAll(probes[k], i -> random.nextBoolean() ? length : -length);
      }
    }
    return probes;
  }

  /** The slopes along probes of one input. */
  double[] first(int input, double[][] probes) {
    return slopes(at, input, probes, FIRST);
  }

  /** The slopes along probes of one input of the slope along a direction. */
  double[] second(Reference[] direction, int input, double[][] probes) {
    double[] up = slopes(moved(at, direction, SECOND_ALONG), input, probes, SECOND_PROBE);
    double[] down = slopes(moved(at, direction, -SECOND_ALONG), input, probes, SECOND_PROBE);
    double[] second = new double[up.length];
    Arrays.setAll(second, j -> (up[j] - down[j]) / (2 * SECOND_ALONG));
    return second;
  }

  /**
   * The derivative along one direction of that along another of that along a third, from steps of
   * two sizes (Richardson); NaN where the two differ so much that there is a kink in between.
   */
  double third(Reference[] a, Reference[] b, Reference[] c) {
    for (double h = THIRD; h > THIRD / 5; h /= 4) {
      double near = third(a, b, c, h);
      double far = third(a, b, c, 2 * h);
      if (Math.abs(near - far) <= KINK * Math.max(1, Math.abs(near))) {
        return (4 * near - far) / 3;
      }
    }
    return Double.NaN;
  }

  private double third(Reference[] a, Reference[] b, Reference[] c, double h) {
    double sum = 0;
    for (int corner = 0; corner < 8; corner++) {
      Reference[] place = moved(at, a, (corner & 1) == 0 ? h : -h);
      place = moved(place, b, (corner & 2) == 0 ? h : -h);
      place = moved(place, c, (corner & 4) == 0 ? h : -h);
      sum += (Integer.bitCount(corner) % 2 == 0 ? 1 : -1) * function.apply(place);
    }
    return sum / (8 * h * h * h);
  }

  private double[] slopes(Reference[] from, int input, double[][] probes, double h) {
    double[] slopes = new double[probes.length];
    for (int k = 0; k < slopes.length; k++) {
      double up = function.apply(moved(from, input, probes[k], h));
      double down = function.apply(moved(from, input, probes[k], -h));
      slopes[k] = (up - down) / (2 * h);
    }
    return slopes;
  }

  private static Reference[] moved(Reference[] from, int input, double[] probe, double by) {
    Reference[] moved = from.clone();
    double[] values = from[input].values.clone();
    for (int i = 0; i < probe.length; i++) {
      values[i] += probe[i] * by;
    }
    moved[input] = new Reference(from[input].shape, values);
    return moved;
  }

  private static Reference[] moved(Reference[] from, Reference[] direction, double by) {
    Reference[] moved = from.clone();
    for (int i = 0; i < moved.length; i++) {
      moved = moved(moved, i, direction[i].values, by);
    }
    return moved;
  }
}
