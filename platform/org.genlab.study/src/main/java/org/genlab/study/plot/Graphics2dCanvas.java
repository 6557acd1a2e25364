package org.genlab.study.plot;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Composite;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.font.TextAttribute;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.util.Map;

/** Draws with Java 2D, in the colours of light paper. */
final class Graphics2dCanvas implements Canvas {
  private final Graphics2D graphics;

  Graphics2dCanvas(Graphics2D graphics) {
    this.graphics = graphics;
  }

  @Override
  public void polyline(double[] xs, double[] ys, Stroke stroke) {
    float[] dash = null;
    if (stroke.dash().length > 0) {
      dash = new float[stroke.dash().length];
      for (int i = 0; i < dash.length; i++) {
        dash[i] = (float) stroke.dash()[i];
      }
    }
    graphics.setStroke(
        new BasicStroke(
            (float) stroke.width(), BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dash, 0));
    paint(path(xs, ys), stroke.ink(), stroke.opacity(), false);
  }

  @Override
  public void area(double[] xs, double[] ys, Ink ink, double opacity) {
    Path2D path = path(xs, ys);
    path.closePath();
    paint(path, ink, opacity, true);
  }

  @Override
  public void disc(double x, double y, double radius, Ink ink, double opacity) {
    paint(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius), ink, opacity, true);
  }

  @Override
  public void text(double x, double y, Label label, TextStyle style) {
    Font base = font(style.size(), style.bold());
    Font small = font(style.size() * Label.SMALL, style.bold());
    double width = 0;
    for (Label.Span span : label.spans()) {
      width += advance(span, base, small);
    }
    double start =
        switch (style.anchor()) {
          case START -> 0;
          case MIDDLE -> -width / 2;
          case END -> -width;
        };
    AffineTransform before = graphics.getTransform();
    graphics.translate(x, y);
    if (style.upwards()) {
      graphics.rotate(-Math.PI / 2);
    }
    if (style.halo()) {
      graphics.setStroke(new BasicStroke(4, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
      graphics.setColor(Color.decode(Ink.PAPER.light()));
      double at = start;
      for (Label.Span span : label.spans()) {
        Font font = span.position() == Label.Position.BASE ? base : small;
        graphics.draw(
            font.createGlyphVector(graphics.getFontRenderContext(), span.text())
                .getOutline((float) at, (float) shift(span, style.size())));
        at += advance(span, base, small);
      }
    }
    graphics.setColor(Color.decode(style.ink().light()));
    double at = start;
    for (Label.Span span : label.spans()) {
      graphics.setFont(span.position() == Label.Position.BASE ? base : small);
      graphics.drawString(span.text(), (float) at, (float) shift(span, style.size()));
      at += advance(span, base, small);
    }
    graphics.setTransform(before);
  }

  private static double shift(Label.Span span, double size) {
    return switch (span.position()) {
      case BASE -> 0;
      case SUPERSCRIPT -> -Label.RAISE * size;
      case SUBSCRIPT -> Label.LOWER * size;
    };
  }

  private double advance(Label.Span span, Font base, Font small) {
    Font font = span.position() == Label.Position.BASE ? base : small;
    return font.getStringBounds(span.text(), graphics.getFontRenderContext()).getWidth();
  }

  private static Font font(double size, boolean bold) {
    return new Font(Font.SANS_SERIF, bold ? Font.BOLD : Font.PLAIN, 12)
        .deriveFont(Map.of(TextAttribute.SIZE, (float) size));
  }

  private void paint(Shape shape, Ink ink, double opacity, boolean fill) {
    Composite before = graphics.getComposite();
    graphics.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, (float) opacity));
    graphics.setColor(Color.decode(ink.light()));
    if (fill) {
      graphics.fill(shape);
    } else {
      graphics.draw(shape);
    }
    graphics.setComposite(before);
  }

  private static Path2D path(double[] xs, double[] ys) {
    Path2D path = new Path2D.Double();
    for (int i = 0; i < xs.length; i++) {
      if (i == 0) {
        path.moveTo(xs[i], ys[i]);
      } else {
        path.lineTo(xs[i], ys[i]);
      }
    }
    return path;
  }
}
