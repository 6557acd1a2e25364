package org.genlab.datasets.text;

import java.util.LinkedHashMap;
import java.util.Map;

/** Reads a JSON object (RFC 8259) whose fields of interest are text or numbers. */
final class JsonLine {
  private final String json;
  private int at;

  private JsonLine(String json) {
    this.json = json;
  }

  /**
   * The fields of the object: text without its quotes and escapes, everything else as it is
   * written.
   *
   * @throws IllegalArgumentException when the line is no JSON object
   */
  static Map<String, String> fields(String line) {
    JsonLine reader = new JsonLine(line);
    Map<String, String> fields = reader.object();
    reader.space();
    if (reader.at < line.length()) {
      throw reader.error("nothing more");
    }
    return fields;
  }

  private Map<String, String> object() {
    Map<String, String> fields = new LinkedHashMap<>();
    expect('{');
    if (accept('}')) {
      return fields;
    }
    do {
      space();
      String name = string();
      expect(':');
      fields.put(name, value());
    } while (accept(','));
    expect('}');
    return fields;
  }

  private String value() {
    space();
    int start = at;
    switch (peek()) {
      case '"' -> {
        return string();
      }
      case '{' -> object();
      case '[' -> array();
      default -> literal();
    }
    return json.substring(start, at);
  }

  private void array() {
    expect('[');
    if (!accept(']')) {
      do {
        value();
      } while (accept(','));
      expect(']');
    }
  }

  /** A number, true, false or null. */
  private void literal() {
    int start = at;
    while (at < json.length() && ",}] \t\r\n".indexOf(json.charAt(at)) < 0) {
      at++;
    }
    if (at == start) {
      throw error("a value");
    }
  }

  private String string() {
    if (peek() != '"') {
      throw error("a quote");
    }
    at++;
    StringBuilder text = new StringBuilder();
    while (peek() != '"') {
      char c = json.charAt(at++);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      char escaped = peek();
      at++;
      int known = "\"\\/bfnrt".indexOf(escaped);
      if (known >= 0) {
        text.append("\"\\/\b\f\n\r\t".charAt(known));
      } else if (escaped == 'u' && at + 4 <= json.length()) {
        text.append((char) Integer.parseInt(json.substring(at, at + 4), 16));
        at += 4;
      } else {
        throw error("an escape");
      }
    }
    at++;
    return text.toString();
  }

  private void space() {
    while (at < json.length() && " \t\r\n".indexOf(json.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean accept(char c) {
    space();
    if (at < json.length() && json.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char c) {
    if (!accept(c)) {
      throw error("'" + c + "'");
    }
  }

  private char peek() {
    if (at >= json.length()) {
      throw error("more text");
    }
    return json.charAt(at);
  }

  private IllegalArgumentException error(String wanted) {
    return new IllegalArgumentException(
        "no JSON object: " + wanted + " is missing at character " + (at + 1));
  }
}
