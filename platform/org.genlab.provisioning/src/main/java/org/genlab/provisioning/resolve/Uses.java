package org.genlab.provisioning.resolve;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts the resolver's message on a package that would be seen in two versions (OSGi Core, 3.7.6)
 * into words.
 */
final class Uses {
  private static final Pattern TWO =
      Pattern.compile(
          "resource \\S+ \\[([^\\]]+)\\] because it is exposed to package '([^']+)' from resources"
              + " \\S+ \\[([^\\]]+)\\] and \\S+ \\[([^\\]]+)\\]");

  private static final Pattern OWN =
      Pattern.compile(
          "resource \\S+ \\[([^\\]]+)\\] because it exports package '([^']+)' and is also exposed"
              + " to it from resource \\S+ \\[([^\\]]+)\\]");

  private Uses() {}

  /** One sentence; empty when the message is on something else. */
  static Optional<String> explain(String message) {
    String text = String.valueOf(message);
    Matcher two = TWO.matcher(text);
    if (two.find()) {
      return Optional.of(
          two.group(1)
              + " would get the package "
              + two.group(2)
              + " both from "
              + two.group(3)
              + " and from "
              + two.group(4)
              + ", directly and through what it uses, and these are different classes.");
    }
    Matcher own = OWN.matcher(text);
    return own.find()
        ? Optional.of(
            own.group(1)
                + " has the package "
                + own.group(2)
                + " itself and would get it from "
                + own.group(3)
                + ", too, through what it uses, and these are different classes.")
        : Optional.empty();
  }
}
