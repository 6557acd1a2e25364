package org.genlab.study.plot;

/**
 * Figures as SVG. Colours are CSS variables: an inline figure takes those of its page, a file of
 * its own brings them along for light and dark.
 */
public final class Svg {
  private static final String FONT =
      "font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Liberation Sans',sans-serif;"
          + "font-variant-numeric:tabular-nums";

  private Svg() {}

  /**
   * A figure as an element for a page that contains {@link #variables()}.
   *
   * @param width in CSS pixels; the element scales with the page
   * @param height in CSS pixels
   */
  public static String inline(Figure figure, int width, int height) {
    return render(figure, width, height, false);
  }

  /** A figure as a file of its own, on its own paper. */
  public static String file(Figure figure, int width, int height) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + render(figure, width, height, true);
  }

  /** The CSS rules that define the colours of figures, light and dark. */
  public static String variables() {
    return ":root{"
        + variables(false)
        + "}\n@media (prefers-color-scheme:dark){:root{"
        + variables(true)
        + "}}\n";
  }

  private static String variables(boolean dark) {
    StringBuilder css = new StringBuilder();
    for (Ink ink : Ink.values()) {
      css.append(ink.variable()).append(':').append(dark ? ink.dark() : ink.light()).append(';');
    }
    return css.toString();
  }

  private static String render(Figure figure, int width, int height, boolean alone) {
    StringBuilder out = new StringBuilder(8192);
    out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"")
        .append(escape(figure.title().isEmpty() ? figure.y().label() : figure.title()))
        .append("\" viewBox=\"0 0 ")
        .append(width)
        .append(' ')
        .append(height)
        .append('"');
    if (alone) {
      out.append(" width=\"" + width + "\" height=\"" + height + "\"");
    }
    out.append(" style=\"").append(FONT).append("\">\n");
    if (alone) {
      out.append("<style>").append(variables()).append("</style>\n");
      out.append("<rect width=\"100%\" height=\"100%\" fill=\"var(--gl-paper)\"/>\n");
    }
    new FigurePainter(figure, width, height, new SvgCanvas(out)).paint();
    return out.append("</svg>\n").toString();
  }

  /** Text with the characters that XML keeps for itself escaped and those it forbids replaced. */
  public static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        case '\t', '\n', '\r' -> out.append(c);
        default -> {
          boolean pair =
              Character.isHighSurrogate(c)
                  && i + 1 < text.length()
                  && Character.isLowSurrogate(text.charAt(i + 1));
          if (pair) {
            out.append(c).append(text.charAt(++i));
          } else if (c < 0x20 || Character.isSurrogate(c) || c >= 0xfffe) {
            out.append('\ufffd');
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.toString();
  }
}
