package org.genlab.study.plot;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of text with subscripts and superscripts, e.g. 10³ or t with the index "val".
 *
 * @param spans in reading order
 */
public record Label(List<Span> spans) {
  /** Where a span stands relative to the line. */
  public enum Position {
    BASE,
    SUBSCRIPT,
    SUPERSCRIPT
  }

  /** A piece of text in one position. */
  public record Span(String text, Position position) {}

  /** The size of subscripts and superscripts relative to the text. */
  static final double SMALL = 0.72;

  /** How far a superscript stands above the base line, relative to the size of the text. */
  static final double RAISE = 0.36;

  /** How far a subscript stands below the base line, relative to the size of the text. */
  static final double LOWER = 0.2;

  public Label {
    spans = List.copyOf(spans);
  }

  /** Text as it is. */
  public static Label plain(String text) {
    return new Label(List.of(new Span(text, Position.BASE)));
  }

  /** A base with a superscript, e.g. {@code power("10", "-3")}. */
  public static Label power(String base, String exponent) {
    return new Label(
        List.of(
            new Span(base, Position.BASE),
            new Span(exponent.replace('-', '\u2212'), Position.SUPERSCRIPT)));
  }

  /**
   * Text whose first underscore begins a subscript that ends at the next space, as in {@code t_val
   * = 840}.
   */
  public static Label indexed(String text) {
    int underscore = text.indexOf('_');
    if (underscore <= 0 || underscore == text.length() - 1) {
      return plain(text);
    }
    int end = text.indexOf(' ', underscore);
    List<Span> spans = new ArrayList<>();
    spans.add(new Span(text.substring(0, underscore), Position.BASE));
    spans.add(
        new Span(
            text.substring(underscore + 1, end < 0 ? text.length() : end), Position.SUBSCRIPT));
    if (end >= 0) {
      spans.add(new Span(text.substring(end), Position.BASE));
    }
    return new Label(spans);
  }

  /** The characters without their positions. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Span span : spans) {
      text.append(span.text());
    }
    return text.toString();
  }

  /**
   * An estimate, on the generous side, of how wide the label is in a common sans-serif typeface:
   * layout must not depend on the fonts of the machine that draws.
   *
   * @param size of the text
   */
  public double width(double size) {
    double width = 0;
    for (Span span : spans) {
      double em = 0;
      for (int i = 0; i < span.text().length(); i++) {
        em += em(span.text().charAt(i));
      }
      width += span.position() == Position.BASE ? em : em * SMALL;
    }
    return width * size;
  }

  private static double em(char c) {
    if ("iljtfrI.,:;'|!()[] /".indexOf(c) >= 0) {
      return 0.36;
    }
    if ("mwMW%@".indexOf(c) >= 0) {
      return 0.92;
    }
    return Character.isUpperCase(c) || c > 0x2000 ? 0.7 : 0.6;
  }
}
