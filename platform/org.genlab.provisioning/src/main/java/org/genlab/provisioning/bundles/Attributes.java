package org.genlab.provisioning.bundles;

import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Version;

/** The typed attributes of capabilities (OSGi Core, 3.3.7). */
public final class Attributes {
  private Attributes() {}

  /**
   * A value of a type of the OSGi specification.
   *
   * @throws IllegalArgumentException when the type is unknown or the value is none of it
   */
  public static Object typed(String type, String value) {
    String plain = type.replace(" ", "");
    if (plain.equals("List")) {
      plain = "List<String>";
    }
    if (plain.startsWith("List<") && plain.endsWith(">")) {
      String inner = plain.substring("List<".length(), plain.length() - 1);
      List<Object> list = new ArrayList<>();
      for (String element : elements(value)) {
        list.add(scalar(inner, element));
      }
      return List.copyOf(list);
    }
    return scalar(plain, value);
  }

  private static List<String> elements(String value) {
    List<String> elements = new ArrayList<>();
    StringBuilder element = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' && i + 1 < value.length()) {
        element.append(value.charAt(++i));
      } else if (c == ',') {
        elements.add(element.toString().strip());
        element.setLength(0);
      } else {
        element.append(c);
      }
    }
    if (!elements.isEmpty() || !element.isEmpty()) {
      elements.add(element.toString().strip());
    }
    return elements;
  }

  private static Object scalar(String type, String value) {
    return switch (type) {
      case "String" -> value;
      case "Version" -> Version.parseVersion(value);
      case "Long" -> Long.valueOf(value.strip());
      case "Double" -> Double.valueOf(value.strip());
      default -> throw new IllegalArgumentException("there is no type '" + type + "'");
    };
  }
}
