package org.genlab.study.plot;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds a place beside each curve for its label, where the curve is level, far from the others and
 * clear of vertical lines.
 */
final class LabelPlacer {
  private static final int CANDIDATES = 60;

  private final double left;
  private final double top;
  private final double right;
  private final double bottom;
  private final double size;

  /** The centre of a label's base line. */
  record Place(double x, double baseline) {}

  private record Box(double left, double top, double right, double bottom) {
    boolean touches(Box o, double gap) {
      return left - gap < o.right
          && o.left - gap < right
          && top - gap < o.bottom
          && o.top - gap < bottom;
    }
  }

  LabelPlacer(double left, double top, double right, double bottom, double size) {
    this.left = left;
    this.top = top;
    this.right = right;
    this.bottom = bottom;
    this.size = size;
  }

  /**
   * Places one label for each line.
   *
   * @param lines the points of each line on the page, ascending in x
   * @param widths of the labels
   * @param walls the x of vertical lines
   * @return one place a line, or nothing when some line has no clear place
   */
  List<Place> place(List<double[][]> lines, List<Double> widths, List<Double> walls) {
    List<Place> places = new ArrayList<>();
    List<Box> taken = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Place best = null;
      Box bestBox = null;
      double bestScore = Double.NEGATIVE_INFINITY;
      double half = widths.get(i) / 2;
      for (int c = 0; c <= CANDIDATES; c++) {
        double centre = left + half + 8 + (right - left - 2 * half - 16) * c / CANDIDATES;
        double[] own = extent(lines.get(i), centre - half, centre + half);
        if (own == null || !clear(walls, centre - half - 5, centre + half + 5)) {
          continue;
        }
        for (boolean above : new boolean[] {true, false}) {
          double boxBottom = above ? own[0] - size * 0.45 : own[1] + size * 1.35;
          Box box = new Box(centre - half, boxBottom - size * 0.9, centre + half, boxBottom);
          double score = score(lines, i, own, box);
          if (box.top < top + 1
              || box.bottom > bottom - 3
              || score <= bestScore
              || taken.stream().anyMatch(t -> t.touches(box, size * 0.5))) {
            continue;
          }
          bestScore = score;
          bestBox = box;
          best = new Place(centre, boxBottom - size * 0.12);
        }
      }
      if (best == null) {
        return List.of();
      }
      places.add(best);
      taken.add(bestBox);
    }
    return places;
  }

  /** How clearly the box belongs to its line; negative infinity when it does not. */
  private double score(List<double[][]> lines, int own, double[] extent, Box box) {
    double slack = extent[1] - extent[0];
    if (slack > size * 0.7) {
      return Double.NEGATIVE_INFINITY;
    }
    double distance = size * 8;
    for (int j = 0; j < lines.size(); j++) {
      double[] other = j == own ? null : extent(lines.get(j), box.left - 4, box.right + 4);
      if (other != null) {
        distance = Math.min(distance, Math.max(box.top - other[1], other[0] - box.bottom));
      }
    }
    if (distance < size * 1.2) {
      return Double.NEGATIVE_INFINITY;
    }
    double middle = (left + right) / 2;
    return distance - 2 * slack - size * Math.abs((box.left + box.right) / 2 - middle) / middle;
  }

  private static boolean clear(List<Double> walls, double from, double to) {
    return walls.stream().noneMatch(w -> w > from && w < to);
  }

  /** The smallest and the largest y of a line between two x; null where it does not exist. */
  private static double[] extent(double[][] line, double from, double to) {
    double[] xs = line[0];
    double[] ys = line[1];
    int n = xs.length;
    if (n == 0 || xs[0] > from || xs[n - 1] < to) {
      return null;
    }
    double min = Math.min(at(line, from), at(line, to));
    double max = Math.max(at(line, from), at(line, to));
    for (int i = 0; i < n; i++) {
      if (xs[i] >= from && xs[i] <= to) {
        min = Math.min(min, ys[i]);
        max = Math.max(max, ys[i]);
      }
    }
    return new double[] {min, max};
  }

  private static double at(double[][] line, double x) {
    double[] xs = line[0];
    double[] ys = line[1];
    int i = 1;
    while (i < xs.length - 1 && xs[i] < x) {
      i++;
    }
    if (xs.length == 1 || xs[i] == xs[i - 1]) {
      return ys[0];
    }
    return ys[i - 1] + (ys[i] - ys[i - 1]) * (x - xs[i - 1]) / (xs[i] - xs[i - 1]);
  }
}
