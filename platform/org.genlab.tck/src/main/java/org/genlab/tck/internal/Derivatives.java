package org.genlab.tck.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * Compares gradients with central differences, in random directions: for a function f of a tensor x
 * and random u and d, u' J d from the gradient is compared with u' (f(x + h d) - f(x - h d)) / 2h
 * for several h, of which the best counts, since rounding disturbs small h and curvature large
 * ones.
 */
public final class Derivatives {
  private static final double[] STEPS = {1e-2, 3e-3, 1e-3, 3e-2};
  private static final int DIRECTIONS = 3;
  private static final int ENOUGH = 2;
  private static final int POINTS = 3;
  private static final double NEIGHBOURHOOD = 0.05;
  private static final double TOLERANCE = 0.03;

  private Derivatives() {}

  /** A part of a tensor that is tried by itself: values from one position to another. */
  public record Part(String name, int from, int to) {}

  /**
   * A gradient that is not the derivative.
   *
   * @param part where
   * @param gradient what the gradient says of the change in some direction
   * @param difference what the values say of it
   */
  public record Mismatch(String part, double gradient, double difference) {}

  /**
   * Compares derivatives. Beside a kink, as of a rectifier, differences mislead; so a mismatch
   * counts when it is there at neighbouring points too.
   *
   * @param function differentiable by the tape
   * @param at where
   * @param parts each is moved by itself
   */
  public static Optional<Mismatch> compare(
      UnaryOperator<Tensor> function, Tensor at, List<Part> parts) {
    RandomStream random = RandomStream.of(11, "derivatives");
    Optional<Mismatch> mismatch = Optional.empty();
    List<Part> left = parts;
    Tensor point = at;
    for (int i = 0; i < POINTS && !left.isEmpty(); i++) {
      Tensor variable = point.variable();
      Tensor output = function.apply(variable);
      Tensor u = Tensor.normal(random, 1, output.shape().toArray());
      float[] gradient = Gradients.vectorJacobian(output, u, variable).get(0).toArray();
      List<Part> wrong = new ArrayList<>();
      mismatch = Optional.empty();
      for (Part part : left) {
        Optional<Mismatch> found =
            compare(function, point, point.toArray(), u.toArray(), gradient, part, random);
        if (found.isPresent()) {
          wrong.add(part);
          mismatch = mismatch.or(() -> found);
        }
      }
      left = wrong;
      point = at.plus(Tensor.normal(random, NEIGHBOURHOOD, at.shape().toArray()));
    }
    return mismatch;
  }

  private static Optional<Mismatch> compare(
      UnaryOperator<Tensor> function,
      Tensor at,
      float[] x,
      float[] weights,
      float[] gradient,
      Part part,
      RandomStream random) {
    double square = 0;
    for (int i = part.from(); i < part.to(); i++) {
      square += x[i] * x[i];
    }
    double steepness = 0;
    for (int i = part.from(); i < part.to(); i++) {
      steepness += (double) gradient[i] * gradient[i];
    }
    double scale = Math.max(0.05, Math.sqrt(square / Math.max(1, part.to() - part.from())));
    double typical = scale * Math.sqrt(steepness);
    List<Mismatch> wrong = new ArrayList<>();
    // At a kink one direction may come out wrong; a wrong gradient is wrong in most.
    for (int n = 0; n < DIRECTIONS && n - wrong.size() < ENOUGH; n++) {
      double[] d = new double[x.length];
      double slope = 0;
      for (int i = part.from(); i < part.to(); i++) {
        d[i] = scale * random.nextGaussian();
        slope += d[i] * gradient[i];
      }
      double best = Double.POSITIVE_INFINITY;
      double nearest = Double.NaN;
      for (double h : STEPS) {
        double[] up = value(function, at, x, d, h, weights);
        double[] down = value(function, at, x, d, -h, weights);
        double difference = (up[0] - down[0]) / (2 * h);
        double noise = 2e-7 * (up[1] + down[1]) / h;
        double allowed =
            TOLERANCE * Math.max(typical, Math.max(Math.abs(slope), Math.abs(difference)))
                + noise
                + 1e-6;
        double excess = Math.abs(slope - difference) / allowed;
        if (!(excess >= best)) {
          best = excess;
          nearest = difference;
        }
        if (best <= 1) {
          break;
        }
      }
      if (!(best <= 1)) {
        wrong.add(new Mismatch(part.name(), slope, nearest));
      }
    }
    return wrong.size() > DIRECTIONS - ENOUGH ? Optional.of(wrong.get(0)) : Optional.empty();
  }

  /** The weighted sum of the function's values, and of their sizes. */
  private static double[] value(
      UnaryOperator<Tensor> function, Tensor at, float[] x, double[] d, double h, float[] weights) {
    float[] moved = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      moved[i] = (float) (x[i] + h * d[i]);
    }
    float[] y = function.apply(Tensor.of(moved, at.shape().toArray())).toArray();
    double sum = 0;
    double size = 0;
    for (int i = 0; i < y.length; i++) {
      sum += (double) y[i] * weights[i];
      size += Math.abs((double) y[i] * weights[i]);
    }
    return new double[] {sum, size};
  }
}
