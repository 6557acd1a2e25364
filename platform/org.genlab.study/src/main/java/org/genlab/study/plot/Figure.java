package org.genlab.study.plot;

import java.util.List;

/**
 * What a figure shows, without how it is drawn.
 *
 * @param title above it; empty for none
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param curves drawn in this order
 * @param clouds points drawn over the curves
 * @param marks vertical lines
 */
public record Figure(
    String title, Axis x, Axis y, List<Curve> curves, List<Cloud> clouds, List<Mark> marks) {
  public Figure {
    curves = List.copyOf(curves);
    clouds = List.copyOf(clouds);
    marks = List.copyOf(marks);
  }

  /**
   * An axis.
   *
   * @param label beside it
   */
  public record Axis(String label, Scale scale) {}

  /**
   * A curve.
   *
   * @param label beside it
   * @param xs ascending
   * @param ys one for each x; where one is not finite the curve is interrupted
   * @param band the range around the curve, or null
   */
  public record Curve(String label, Ink ink, double[] xs, double[] ys, Band band) {
    public Curve {
      if (xs.length != ys.length
          || (band != null && (band.low.length != xs.length || band.high.length != xs.length))) {
        throw new IllegalArgumentException("the curve '" + label + "' has unequal lengths");
      }
    }
  }

  /** A range around a curve, e.g. from the smallest to the largest value of several seeds. */
  public record Band(double[] low, double[] high) {}

  /** Points of one colour. Those that are not finite are not drawn. */
  public record Cloud(String label, Ink ink, double[] xs, double[] ys) {
    public Cloud {
      if (xs.length != ys.length) {
        throw new IllegalArgumentException("the points '" + label + "' have unequal lengths");
      }
    }
  }

  /**
   * A vertical line at an x.
   *
   * @param label above it
   */
  public record Mark(Label label, Ink ink, double x) {}
}
