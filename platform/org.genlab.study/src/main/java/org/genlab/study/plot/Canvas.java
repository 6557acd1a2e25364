package org.genlab.study.plot;

/** What a figure is painted on. Coordinates are pixels of the page, y downwards. */
interface Canvas {
  /** How a line is drawn; {@code dash} alternates drawn and left out lengths. */
  record Stroke(Ink ink, double width, double opacity, double... dash) {
    static Stroke solid(Ink ink, double width) {
      return new Stroke(ink, width, 1);
    }
  }

  /** Which point of a text the coordinates give. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /** How a text is set; a halo of paper keeps it legible on lines. */
  record TextStyle(
      Ink ink, double size, boolean bold, Anchor anchor, boolean upwards, boolean halo) {
    static TextStyle of(Ink ink, double size, Anchor anchor) {
      return new TextStyle(ink, size, false, anchor, false, false);
    }
  }

  void polyline(double[] xs, double[] ys, Stroke stroke);

  /** A filled polygon. */
  void area(double[] xs, double[] ys, Ink ink, double opacity);

  void disc(double x, double y, double radius, Ink ink, double opacity);

  /** Text whose base line starts, is centred or ends at the point. */
  void text(double x, double y, Label label, TextStyle style);

  default void line(double x1, double y1, double x2, double y2, Stroke stroke) {
    polyline(new double[] {x1, x2}, new double[] {y1, y2}, stroke);
  }
}
