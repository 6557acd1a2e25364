package org.genlab.study;

import java.util.List;

/**
 * A plot the study asks for, with the numbers it needs beyond the series in the run directories.
 *
 * @param id file name without extension
 * @param title above the plot
 * @param kind curves of series along steps, or points of one number against another
 * @param series to draw, for {@link Kind#CURVES}
 * @param runs whose series are drawn, for {@link Kind#CURVES}
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param marks vertical lines at steps, for {@link Kind#CURVES}
 * @param points for {@link Kind#POINTS}
 */
public record PlotResult(
    String id,
    String title,
    Kind kind,
    List<String> series,
    List<ArmRun> runs,
    Axis x,
    Axis y,
    List<Mark> marks,
    List<Point> points) {
  public PlotResult {
    series = List.copyOf(series);
    runs = List.copyOf(runs);
    marks = List.copyOf(marks);
    points = List.copyOf(points);
  }

  /** What is drawn. */
  public enum Kind {
    CURVES,
    POINTS
  }

  /**
   * An axis.
   *
   * @param label beside the axis
   * @param logarithmic rather than linear
   */
  public record Axis(String label, boolean logarithmic) {}

  /**
   * A run of an arm.
   *
   * @param run the name of the run
   */
  public record ArmRun(String arm, long seed, String run) {}

  /**
   * A marked step.
   *
   * @param label e.g. {@code t_train}
   * @param step not finite when the event never happened
   */
  public record Mark(String label, String arm, long seed, double step) {}

  /** A point; coordinates may be infinite or NaN and are then not drawn. */
  public record Point(String arm, long seed, double x, double y) {}
}
