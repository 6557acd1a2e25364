package org.genlab.runtime.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes nodes as YAML. */
final class YamlWriter {
  // What certainly needs no quotes in block or flow style; anything else gets them.
  private static final Pattern PLAIN =
      Pattern.compile(
          "[\\p{L}0-9_/+^$(][\\p{L}0-9_./+^*()<>=~$@;%'!&|-]*("
              + " [\\p{L}0-9_./+^*()<>=~$@;%'!&|-]+)*");

  private YamlWriter() {}

  static String write(Node node) {
    StringBuilder out = new StringBuilder();
    if (isFlow(node)) {
      return flow(node) + "\n";
    }
    block(node, 0, out);
    return out.toString();
  }

  static String flow(Node node) {
    if (node instanceof Node.MapNode map) {
      return map.entries().entrySet().stream()
          .map(e -> scalar(key(e.getKey())) + ": " + flow(e.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (node instanceof Node.ListNode list) {
      return list.elements().stream()
          .map(YamlWriter::flow)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    return scalar((Node.Scalar) node);
  }

  private static Node.Scalar key(String text) {
    return Node.Scalar.text(text, Location.of(""));
  }

  private static boolean isFlow(Node node) {
    if (node instanceof Node.MapNode map) {
      return map.entries().isEmpty();
    }
    if (node instanceof Node.ListNode list) {
      return list.elements().stream().allMatch(Node.Scalar.class::isInstance);
    }
    return true;
  }

  private static void block(Node node, int indent, StringBuilder out) {
    String margin = " ".repeat(indent);
    if (node instanceof Node.MapNode map) {
      boolean first = true;
      for (Map.Entry<String, Node> e : map.entries().entrySet()) {
        // The first line of a map in a list follows the hyphen.
        out.append(first && out.length() > 0 && out.charAt(out.length() - 1) == ' ' ? "" : margin);
        first = false;
        out.append(scalar(key(e.getKey()))).append(":");
        if (isFlow(e.getValue())) {
          out.append(" ").append(flow(e.getValue())).append("\n");
        } else {
          out.append("\n");
          block(e.getValue(), indent + 2, out);
        }
      }
    } else if (node instanceof Node.ListNode list) {
      list(list.elements(), margin, indent, out);
    }
  }

  private static void list(List<Node> elements, String margin, int indent, StringBuilder out) {
    for (Node element : elements) {
      out.append(margin).append("-");
      if (isFlow(element)) {
        out.append(" ").append(flow(element)).append("\n");
      } else if (element instanceof Node.MapNode) {
        out.append(" ");
        block(element, indent + 2, out);
      } else {
        out.append("\n");
        block(element, indent + 2, out);
      }
    }
  }

  private static String scalar(Node.Scalar scalar) {
    String text = scalar.text();
    if (!scalar.isText()) {
      return scalar.isNull() ? "null" : text;
    }
    boolean plain = !scalar.isSpecial() && PLAIN.matcher(text).matches();
    return plain ? text : quote(text);
  }

  private static String quote(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff) {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString();
  }
}
