package org.genlab.study.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.genlab.study.plot.Canvas.Anchor;
import org.genlab.study.plot.Canvas.Stroke;
import org.genlab.study.plot.Canvas.TextStyle;

/** Lays a figure out and paints it. */
final class FigurePainter {
  /** The room below a legend, in text sizes. */
  private static final double LEGEND_GAP = 0.3;

  private final Figure figure;
  private final Canvas canvas;
  private final boolean compact;
  private final double textSize;
  private final double left;
  private final double top;
  private final double right;
  private final double bottom;
  private final List<Tick> xTicks;
  private final List<Tick> yTicks;
  private final List<Key> keys;
  private final List<LabelPlacer.Place> places;

  /** What a legend or a label beside the line explains. */
  private record Key(Label label, Ink ink, boolean points) {}

  FigurePainter(Figure figure, double width, double height, Canvas canvas) {
    this.figure = figure;
    this.canvas = canvas;
    compact = width < 480;
    textSize = compact ? 11 : 12.5;
    yTicks = figure.y().scale().ticks(compact ? 4 : 6);
    double widest = 0;
    for (Tick tick : yTicks) {
      widest = Math.max(widest, tick.label().map(l -> l.width(textSize)).orElse(0.0));
    }
    left = 10 + textSize * 1.5 + widest + 6;
    right = width - 18;
    bottom = height - 10 - textSize * 2.9;
    xTicks = figure.x().scale().ticks(Math.max(2, (int) ((right - left) / (textSize * 5))));
    keys = keys();
    double head = figure.title().isEmpty() ? 8 : 12 + titleSize();
    double marks = figure.marks().isEmpty() ? 0 : textSize * 1.7;
    double plain = head + marks + textSize * 0.6;
    List<LabelPlacer.Place> direct = keys.size() > 1 ? direct(plain) : List.of();
    boolean legend = keys.size() > 1 && direct.isEmpty();
    top = plain + (legend ? (legendRows(null, 0) * 1.5 + LEGEND_GAP) * textSize : 0);
    places = direct;
  }

  private double titleSize() {
    return compact ? 12 : 14;
  }

  private double x(double value) {
    return left + figure.x().scale().position(value) * (right - left);
  }

  private double y(double value, double from) {
    return bottom - figure.y().scale().position(value) * (bottom - from);
  }

  private List<Key> keys() {
    List<Key> keys = new ArrayList<>();
    for (Figure.Curve curve : figure.curves()) {
      if (!curve.label().isEmpty()) {
        keys.add(new Key(Label.plain(curve.label()), curve.ink(), false));
      }
    }
    for (Figure.Cloud cloud : figure.clouds()) {
      if (!cloud.label().isEmpty()) {
        keys.add(new Key(Label.plain(cloud.label()), cloud.ink(), true));
      }
    }
    return keys;
  }

  /** Labels beside the curves, or nothing when a legend is clearer. */
  private List<LabelPlacer.Place> direct(double from) {
    if (!figure.clouds().isEmpty() || keys.size() > 4 || keys.size() != figure.curves().size()) {
      return List.of();
    }
    List<double[][]> lines = new ArrayList<>();
    List<Double> widths = new ArrayList<>();
    for (Figure.Curve curve : figure.curves()) {
      lines.add(points(curve.xs(), curve.ys(), from));
      widths.add(Label.plain(curve.label()).width(textSize));
    }
    List<Double> walls = new ArrayList<>();
    for (Figure.Mark mark : figure.marks()) {
      if (Double.isFinite(mark.x())) {
        walls.add(x(mark.x()));
      }
    }
    return new LabelPlacer(left, from, right, bottom, textSize).place(lines, widths, walls);
  }

  /** The finite points of a curve on the page. */
  private double[][] points(double[] xs, double[] ys, double from) {
    double[] px = new double[xs.length];
    double[] py = new double[xs.length];
    int n = 0;
    for (int i = 0; i < xs.length; i++) {
      if (Double.isFinite(xs[i]) && Double.isFinite(ys[i])) {
        px[n] = x(xs[i]);
        py[n++] = y(ys[i], from);
      }
    }
    return new double[][] {Arrays.copyOf(px, n), Arrays.copyOf(py, n)};
  }

  void paint() {
    axes();
    for (Figure.Curve curve : figure.curves()) {
      band(curve);
    }
    List<Figure.Mark> marks = figure.marks().stream().filter(m -> Double.isFinite(m.x())).toList();
    for (Figure.Mark mark : marks) {
      double x = x(mark.x());
      canvas.line(x, bottom, x, top - textSize * 0.35, new Stroke(mark.ink(), 1, 0.8, 3, 3));
    }
    for (Figure.Curve curve : figure.curves()) {
      curve(curve);
    }
    for (Figure.Cloud cloud : figure.clouds()) {
      for (int i = 0; i < cloud.xs().length; i++) {
        if (Double.isFinite(cloud.xs()[i]) && Double.isFinite(cloud.ys()[i])) {
          canvas.disc(x(cloud.xs()[i]), y(cloud.ys()[i], top), 3.6, cloud.ink(), 0.85);
        }
      }
    }
    marks(marks);
    if (!figure.title().isEmpty()) {
      canvas.text(
          left,
          10 + titleSize() * 0.8,
          Label.plain(figure.title()),
          new TextStyle(Ink.TEXT, titleSize(), true, Anchor.START, false, false));
    }
    if (!places.isEmpty()) {
      for (int i = 0; i < places.size(); i++) {
        LabelPlacer.Place place = places.get(i);
        canvas.text(
            place.x(),
            place.baseline(),
            keys.get(i).label(),
            new TextStyle(keys.get(i).ink(), textSize, true, Anchor.MIDDLE, false, true));
      }
    } else if (keys.size() > 1) {
      double rows = legendRows(null, 0);
      double marksRoom = figure.marks().isEmpty() ? 0 : textSize * 1.7;
      legendRows(
          canvas, top - textSize * (0.6 + LEGEND_GAP) - marksRoom - (rows - 1) * textSize * 1.5);
    }
  }

  private void axes() {
    Stroke grid = Stroke.solid(Ink.GRID, 1);
    Stroke axis = Stroke.solid(Ink.AXIS, 1);
    for (Tick tick : yTicks) {
      double y = y(tick.value(), top);
      if (tick.label().isPresent()) {
        canvas.line(left, y, right, y, grid);
        canvas.text(
            left - 8,
            y + textSize * 0.35,
            tick.label().get(),
            TextStyle.of(Ink.MUTED, textSize, Anchor.END));
      }
      double length = tick.label().isPresent() ? 4 : 2;
      canvas.line(left - length, y, left, y, axis);
    }
    canvas.line(left, top, left, bottom, axis);
    double room = figure.x().scale() instanceof LogScale log ? log.zeroRoom() * (right - left) : 0;
    if (room > 0) {
      double gap = left + room / 2;
      canvas.line(left, bottom, gap - 2, bottom, axis);
      canvas.line(gap + 2, bottom, right, bottom, axis);
      canvas.line(gap - 4, bottom + 4, gap, bottom - 4, axis);
      canvas.line(gap, bottom + 4, gap + 4, bottom - 4, axis);
    } else {
      canvas.line(left, bottom, right, bottom, axis);
    }
    double free = Double.NEGATIVE_INFINITY;
    for (Tick tick : xTicks) {
      double x = x(tick.value());
      canvas.line(x, bottom, x, bottom + (tick.label().isPresent() ? 5 : 3), axis);
      if (tick.label().isPresent()) {
        Label label = tick.label().get();
        double half = label.width(textSize) / 2;
        if (x - half >= free) {
          free = x + half + textSize * 0.5;
          canvas.text(
              x, bottom + 7 + textSize, label, TextStyle.of(Ink.MUTED, textSize, Anchor.MIDDLE));
        }
      }
    }
    canvas.text(
        (left + right) / 2,
        bottom + textSize * 2.75,
        Label.indexed(figure.x().label()),
        TextStyle.of(Ink.TEXT, textSize, Anchor.MIDDLE));
    canvas.text(
        10 + textSize * 0.75,
        (top + bottom) / 2,
        Label.indexed(figure.y().label()),
        new TextStyle(Ink.TEXT, textSize, false, Anchor.MIDDLE, true, false));
  }

  private void band(Figure.Curve curve) {
    if (curve.band() == null) {
      return;
    }
    int n = curve.xs().length;
    double[] xs = new double[2 * n];
    double[] ys = new double[2 * n];
    int m = 0;
    for (int i = 0; i < n; i++) {
      if (Double.isFinite(curve.band().low()[i]) && Double.isFinite(curve.band().high()[i])) {
        xs[m] = x(curve.xs()[i]);
        ys[m++] = y(curve.band().high()[i], top);
      }
    }
    for (int i = n - 1; i >= 0; i--) {
      if (Double.isFinite(curve.band().low()[i]) && Double.isFinite(curve.band().high()[i])) {
        xs[m] = x(curve.xs()[i]);
        ys[m++] = y(curve.band().low()[i], top);
      }
    }
    if (m > 3) {
      canvas.area(Arrays.copyOf(xs, m), Arrays.copyOf(ys, m), curve.ink(), 0.16);
    }
  }

  private void curve(Figure.Curve curve) {
    Stroke stroke = Stroke.solid(curve.ink(), compact ? 1.6 : 2);
    int from = 0;
    while (from < curve.xs().length) {
      if (!Double.isFinite(curve.ys()[from])) {
        from++;
        continue;
      }
      int to = from;
      while (to < curve.xs().length && Double.isFinite(curve.ys()[to])) {
        to++;
      }
      double[][] points =
          points(
              Arrays.copyOfRange(curve.xs(), from, to),
              Arrays.copyOfRange(curve.ys(), from, to),
              top);
      if (to - from == 1) {
        canvas.disc(points[0][0], points[1][0], 1.6, curve.ink(), 1);
      } else {
        double[][] thinned = Thinning.columns(points[0], points[1]);
        canvas.polyline(thinned[0], thinned[1], stroke);
      }
      from = to;
    }
  }

  /**
   * Writes the labels of the marks in a row above the plot, pushed apart where they would touch.
   */
  private void marks(List<Figure.Mark> unordered) {
    List<Figure.Mark> marks = new ArrayList<>(unordered);
    marks.sort((a, b) -> Double.compare(a.x(), b.x()));
    int n = marks.size();
    double[] centre = new double[n];
    double[] half = new double[n];
    for (int i = 0; i < n; i++) {
      half[i] = marks.get(i).label().width(textSize) / 2;
      centre[i] = x(marks.get(i).x());
    }
    double gap = textSize * 1.1;
    for (int pass = 0; pass < 50; pass++) {
      for (int i = 0; i + 1 < n; i++) {
        double overlap = centre[i] + half[i] + gap - (centre[i + 1] - half[i + 1]);
        if (overlap > 0) {
          centre[i] -= overlap / 2;
          centre[i + 1] += overlap / 2;
        }
      }
      for (int i = 0; i < n; i++) {
        centre[i] = Math.max(left + half[i] - 4, Math.min(right + 8 - half[i], centre[i]));
      }
    }
    for (int i = 0; i < n; i++) {
      canvas.text(
          centre[i],
          top - textSize * 0.75,
          marks.get(i).label(),
          new TextStyle(marks.get(i).ink(), textSize, false, Anchor.MIDDLE, false, true));
    }
  }

  /** Writes the legend, or only counts its rows when the canvas is null. */
  private int legendRows(Canvas target, double firstBaseline) {
    double swatch = compact ? 14 : 18;
    double x = left;
    int row = 0;
    for (Key key : keys) {
      double width = swatch + 6 + key.label().width(textSize);
      if (x > left && x + width > right) {
        x = left;
        row++;
      }
      if (target != null) {
        double baseline = firstBaseline + row * textSize * 1.5;
        double middle = baseline - textSize * 0.32;
        if (key.points()) {
          target.disc(x + swatch / 2, middle, 3.6, key.ink(), 0.85);
        } else {
          target.line(x, middle, x + swatch, middle, Stroke.solid(key.ink(), 2));
        }
        target.text(
            x + swatch + 6, baseline, key.label(), TextStyle.of(Ink.TEXT, textSize, Anchor.START));
      }
      x += width + textSize * 1.4;
    }
    return row + 1;
  }
}
