package org.genlab.provisioning.bundles;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Headers of a bundle's manifest in their common syntax: clauses separated by commas; each has
 * names, then attributes ({@code name=value}, {@code name:Type=value}) and directives ({@code
 * name:=value}), separated by semicolons.
 */
final class Headers {
  private final String text;
  private int at;

  private Headers(String text) {
    this.text = text;
  }

  /** One clause of a header. */
  record Clause(
      List<String> names, Map<String, String> directives, Map<String, Object> attributes) {
    /** An attribute as text, or what is given. */
    String attribute(String name, String otherwise) {
      return attributes.get(name) instanceof String value ? value : otherwise;
    }
  }

  /**
   * Reads a header.
   *
   * @param header its value, or null when the manifest does not have it
   * @throws IllegalArgumentException when it is malformed
   */
  static List<Clause> parse(String header) {
    if (header == null || header.isBlank()) {
      return List.of();
    }
    return new Headers(header).clauses();
  }

  private List<Clause> clauses() {
    List<Clause> clauses = new ArrayList<>();
    do {
      clauses.add(clause());
    } while (skip(','));
    if (at < text.length()) {
      throw malformed("'" + text.charAt(at) + "' is unexpected");
    }
    return clauses;
  }

  private Clause clause() {
    List<String> names = new ArrayList<>();
    Map<String, String> directives = new LinkedHashMap<>();
    Map<String, Object> attributes = new LinkedHashMap<>();
    do {
      String name = until(":=;,");
      if (skip(':')) {
        if (skip('=')) {
          put(directives, name, value());
        } else {
          String type = typeName();
          if (!skip('=')) {
            throw malformed("the attribute '" + name + "' has no value");
          }
          put(attributes, name, Attributes.typed(type, value()));
        }
      } else if (skip('=')) {
        put(attributes, name, value());
      } else if (directives.isEmpty() && attributes.isEmpty()) {
        names.add(name);
      } else {
        throw malformed("'" + name + "' has no value");
      }
    } while (skip(';'));
    if (names.isEmpty()) {
      throw malformed("a clause has no name");
    }
    return new Clause(List.copyOf(names), directives, attributes);
  }

  private <T> void put(Map<String, T> to, String name, T value) {
    if (to.putIfAbsent(name, value) != null) {
      throw malformed("'" + name + "' is given twice");
    }
  }

  private String until(String ends) {
    int from = at;
    while (at < text.length() && ends.indexOf(text.charAt(at)) < 0 && text.charAt(at) != '"') {
      at++;
    }
    String word = text.substring(from, at).strip();
    if (word.isEmpty()) {
      throw malformed("a name is missing");
    }
    return word;
  }

  /** {@code Version} or {@code List<String>}. */
  private String typeName() {
    return until("=;,");
  }

  private String value() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    if (at >= text.length() || text.charAt(at) != '"') {
      int from = at;
      while (at < text.length() && ";,".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(from, at).strip();
    }
    StringBuilder value = new StringBuilder();
    at++;
    while (at < text.length() && text.charAt(at) != '"') {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
        // A list keeps its escapes: a comma in an element is one of them.
        if (text.charAt(at) != '"' && text.charAt(at) != '\\') {
          value.append('\\');
        }
      }
      value.append(text.charAt(at++));
    }
    if (at >= text.length()) {
      throw malformed("a quotation mark is missing");
    }
    at++;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return value.toString();
  }

  private boolean skip(char sign) {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    if (at < text.length() && text.charAt(at) == sign) {
      at++;
      return true;
    }
    return false;
  }

  private IllegalArgumentException malformed(String what) {
    String near = text.length() > 60 ? text.substring(0, 57) + "..." : text;
    return new IllegalArgumentException(what + " in '" + near + "'");
  }
}
