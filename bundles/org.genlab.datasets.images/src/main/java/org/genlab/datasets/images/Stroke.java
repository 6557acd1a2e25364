package org.genlab.datasets.images;

import java.util.ArrayList;
import java.util.List;

/**
 * A line that a pen draws without being lifted: straight pieces, quadratic curves and elliptic
 * arcs, read from commands like those of glyphs.txt, and written out as a chain of points.
 */
final class Stroke {
  /** Straight pieces that stand for a quadratic curve. */
  private static final int CURVE_PIECES = 8;

  /** Degrees of an arc that a straight piece stands for, at most. */
  private static final double ARC_STEP = 24;

  /** A piece of the line, as what it adds to the points before it. */
  private interface Piece {
    void draw(double squareness, List<double[]> points);
  }

  private final List<Piece> pieces;

  private Stroke(List<Piece> pieces) {
    this.pieces = List.copyOf(pieces);
  }

  /**
   * Reads a stroke.
   *
   * @param commands as described in glyphs.txt
   * @throws IllegalArgumentException when it is not of that form
   */
  static Stroke parse(String commands) {
    String[] words = commands.strip().split("\\s+", -1);
    List<Piece> pieces = new ArrayList<>();
    int at = 0;
    while (at < words.length) {
      String command = words[at];
      int length = numbers(command);
      if (length == 0 || at + length >= words.length) {
        throw new IllegalArgumentException(
            "the stroke '" + commands + "' has no command with all its numbers at word " + at);
      }
      double[] v = new double[length];
      for (int i = 0; i < length; i++) {
        v[i] = Double.parseDouble(words[at + 1 + i]);
      }
      if (pieces.isEmpty() && (command.equals("L") || command.equals("Q"))) {
        throw new IllegalArgumentException(
            "the stroke '" + commands + "' begins with " + command + ", which needs a point first");
      }
      pieces.add(
          switch (command) {
            case "Q" -> (squareness, points) -> curve(v, points);
            case "A" -> (squareness, points) -> arc(v, squareness, points);
            default -> (squareness, points) -> points.add(v.clone());
          });
      at += 1 + length;
    }
    return new Stroke(pieces);
  }

  /**
   * The points of the line, [points][x, y]; between them it is straight.
   *
   * @param squareness the exponent e of the superellipses x = a |cos t|^e, y = b |sin t|^e that
   *     arcs are pieces of: 1 for ellipses, smaller for rounded rectangles
   */
  double[][] points(double squareness) {
    List<double[]> points = new ArrayList<>();
    for (Piece piece : pieces) {
      piece.draw(squareness, points);
    }
    return points.toArray(double[][]::new);
  }

  /** How many numbers a command has; 0 when there is no such command. */
  private static int numbers(String command) {
    return switch (command) {
      case "M", "L" -> 2;
      case "Q" -> 4;
      case "A" -> 6;
      default -> 0;
    };
  }

  private static void curve(double[] v, List<double[]> points) {
    double[] from = points.get(points.size() - 1);
    for (int i = 1; i <= CURVE_PIECES; i++) {
      double t = (double) i / CURVE_PIECES;
      double s = 1 - t;
      points.add(
          new double[] {
            s * s * from[0] + 2 * s * t * v[0] + t * t * v[2],
            s * s * from[1] + 2 * s * t * v[1] + t * t * v[3]
          });
    }
  }

  private static void arc(double[] v, double squareness, List<double[]> points) {
    double from = v[4];
    double to = v[5];
    int steps = Math.max(1, (int) Math.ceil(Math.abs(to - from) / ARC_STEP));
    for (int i = 0; i <= steps; i++) {
      double angle = StrictMath.toRadians(from + (to - from) * i / steps);
      points.add(
          new double[] {
            v[0] + v[2] * power(StrictMath.cos(angle), squareness),
            v[1] + v[3] * power(StrictMath.sin(angle), squareness)
          });
    }
  }

  private static double power(double base, double exponent) {
    return exponent == 1 ? base : Math.signum(base) * StrictMath.pow(Math.abs(base), exponent);
  }
}
