package org.genlab.study.report;

import java.util.List;
import org.genlab.study.plot.Svg;

/** Builds a page; whatever is given as text is escaped. */
final class Html {
  private final StringBuilder out = new StringBuilder(1 << 16);

  /** Markup as it is. */
  Html raw(String markup) {
    out.append(markup);
    return this;
  }

  /** Text, escaped. */
  Html text(String text) {
    out.append(Svg.escape(text));
    return this;
  }

  /** An element with text in it. */
  Html element(String name, String text) {
    return element(name, "", text);
  }

  /** An element of a class with text in it. */
  Html element(String name, String type, String text) {
    return open(name, type).text(text).close(name);
  }

  Html open(String name) {
    return open(name, "");
  }

  Html open(String name, String type) {
    out.append('<').append(name);
    if (!type.isEmpty()) {
      out.append(" class=\"").append(type).append('"');
    }
    out.append('>');
    return this;
  }

  Html close(String name) {
    out.append("</").append(name).append('>');
    if (!name.matches("span|code|b|a")) {
      out.append('\n');
    }
    return this;
  }

  /** A link; the address is one of this program's making or checked before. */
  Html link(String address, String text) {
    out.append("<a href=\"").append(Svg.escape(address)).append("\">");
    return text(text).close("a");
  }

  /** The head of a table; columns that begin with {@code #} hold numbers. */
  Html head(List<String> columns) {
    open("div", "scroll").open("table").open("thead").open("tr");
    for (String column : columns) {
      boolean number = column.startsWith("#");
      element("th", number ? "n" : "", number ? column.substring(1) : column);
    }
    return close("tr").close("thead").open("tbody");
  }

  Html endTable() {
    return close("tbody").close("table").close("div");
  }

  /** A cell with a number. */
  Html number(String text) {
    return element("td", "n", text);
  }

  /** A cell with text. */
  Html cell(String text) {
    return element("td", text);
  }

  /** Paragraphs, divided by empty lines. */
  Html paragraphs(String text) {
    for (String paragraph : text.strip().split("\\R\\s*\\R", -1)) {
      element("p", paragraph.strip());
    }
    return this;
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
