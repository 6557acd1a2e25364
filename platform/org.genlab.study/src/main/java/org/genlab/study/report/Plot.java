package org.genlab.study.report;

import java.util.List;
import org.genlab.study.plot.Figure;

/**
 * A figure with its place in a report.
 *
 * @param id file name without extension
 * @param caption below it, as text
 */
record Plot(String id, Figure figure, int width, int height, String caption) {
  static final int WIDE = 960;
  static final int NARROW = 330;

  static Plot large(String id, Figure figure, String caption) {
    return new Plot(id, figure, WIDE, 360, caption);
  }

  static Plot small(String id, Figure figure) {
    return new Plot(id, figure, NARROW, 215, "");
  }

  /** The figure without the names of its curves, for pages that give the key once for many. */
  Figure withoutKey() {
    List<Figure.Curve> curves =
        figure.curves().stream()
            .map(c -> new Figure.Curve("", c.ink(), c.xs(), c.ys(), c.band()))
            .toList();
    return new Figure(
        figure.title(), figure.x(), figure.y(), curves, figure.clouds(), figure.marks());
  }
}
