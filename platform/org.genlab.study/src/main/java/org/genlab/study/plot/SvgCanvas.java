package org.genlab.study.plot;

/** Writes SVG elements. */
final class SvgCanvas implements Canvas {
  private final StringBuilder out;

  SvgCanvas(StringBuilder out) {
    this.out = out;
  }

  @Override
  public void polyline(double[] xs, double[] ys, Stroke stroke) {
    out.append("<path d=\"");
    path(xs, ys);
    out.append("\" fill=\"none\" stroke=\"var(")
        .append(stroke.ink().variable())
        .append(")\" stroke-width=\"")
        .append(Numbers.coordinate(stroke.width()))
        .append('"');
    if (stroke.opacity() < 1) {
      out.append(" stroke-opacity=\"").append(Numbers.coordinate(stroke.opacity())).append('"');
    }
    if (stroke.dash().length > 0) {
      out.append(" stroke-dasharray=\"");
      for (double length : stroke.dash()) {
        out.append(Numbers.coordinate(length)).append(' ');
      }
      out.setLength(out.length() - 1);
      out.append('"');
    }
    out.append(" stroke-linejoin=\"round\"/>\n");
  }

  @Override
  public void area(double[] xs, double[] ys, Ink ink, double opacity) {
    out.append("<path d=\"");
    path(xs, ys);
    out.append("Z\" fill=\"var(")
        .append(ink.variable())
        .append(")\" fill-opacity=\"")
        .append(Numbers.coordinate(opacity))
        .append("\"/>\n");
  }

  @Override
  public void disc(double x, double y, double radius, Ink ink, double opacity) {
    out.append("<circle cx=\"" + Numbers.coordinate(x) + "\" cy=\"" + Numbers.coordinate(y))
        .append("\" r=\"" + Numbers.coordinate(radius) + "\" fill=\"var(" + ink.variable())
        .append(")\" fill-opacity=\"" + Numbers.coordinate(opacity) + "\"/>\n");
  }

  @Override
  public void text(double x, double y, Label label, TextStyle style) {
    out.append("<text x=\"" + Numbers.coordinate(x) + "\" y=\"" + Numbers.coordinate(y) + "\"");
    if (style.upwards()) {
      out.append(
          " transform=\"rotate(-90 " + Numbers.coordinate(x) + " " + Numbers.coordinate(y) + ")\"");
    }
    out.append(" fill=\"var(" + style.ink().variable() + ")\" font-size=\"")
        .append(Numbers.coordinate(style.size()))
        .append('"');
    if (style.bold()) {
      out.append(" font-weight=\"600\"");
    }
    if (style.anchor() != Anchor.START) {
      out.append(style.anchor() == Anchor.END ? " text-anchor=\"end\"" : " text-anchor=\"middle\"");
    }
    if (style.halo()) {
      out.append(
          " stroke=\"var(--gl-paper)\" stroke-width=\"4\" stroke-linejoin=\"round\""
              + " paint-order=\"stroke\"");
    }
    out.append('>');
    double level = 0;
    for (Label.Span span : label.spans()) {
      double wanted =
          switch (span.position()) {
            case BASE -> 0;
            case SUPERSCRIPT -> -Label.RAISE * style.size();
            case SUBSCRIPT -> Label.LOWER * style.size();
          };
      if (wanted == level && span.position() == Label.Position.BASE) {
        out.append(Svg.escape(span.text()));
      } else {
        out.append("<tspan dy=\"").append(Numbers.coordinate(wanted - level)).append('"');
        if (span.position() != Label.Position.BASE) {
          out.append(" font-size=\"")
              .append(Numbers.coordinate(style.size() * Label.SMALL))
              .append('"');
        }
        out.append('>').append(Svg.escape(span.text())).append("</tspan>");
      }
      level = wanted;
    }
    out.append("</text>\n");
  }

  private void path(double[] xs, double[] ys) {
    for (int i = 0; i < xs.length; i++) {
      out.append(i == 0 ? 'M' : 'L')
          .append(Numbers.coordinate(xs[i]))
          .append(' ')
          .append(Numbers.coordinate(ys[i]));
    }
  }
}
