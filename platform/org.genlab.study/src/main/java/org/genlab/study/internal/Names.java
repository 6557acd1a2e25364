package org.genlab.study.internal;

import java.util.Collection;
import org.genlab.runtime.config.Nearest;

/** Names in messages. */
public final class Names {
  private static final int MOST = 20;

  private Names() {}

  /**
   * The end of a sentence about an unknown name: the nearest known one, or all of them when none is
   * near.
   */
  public static String hint(String name, Collection<String> known) {
    if (known.isEmpty()) {
      return "; there are none";
    }
    String hint = Nearest.hint(name, known);
    return hint.isEmpty()
        ? "; there are "
            + String.join(", ", known.stream().limit(MOST).toList())
            + (known.size() > MOST ? ", ..." : "")
        : hint;
  }
}
