package org.genlab.metrics.representation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Chooses names by what they are or end with. */
final class Names {
  private Names() {}

  /**
   * The names that are one of the wanted, or end with a dot and one of them, in their own order.
   *
   * @param wanted all names when empty
   * @param what the names are of, for the message
   * @throws IllegalArgumentException when one of the wanted stands for none
   */
  static List<String> matching(List<String> wanted, Collection<String> names, String what) {
    for (String want : wanted) {
      if (names.stream().noneMatch(name -> matches(want, name))) {
        throw new IllegalArgumentException(
            "there is no " + what + " '" + want + "': the network has " + List.copyOf(names));
      }
    }
    List<String> found = new ArrayList<>();
    for (String name : names) {
      if (wanted.isEmpty() || wanted.stream().anyMatch(want -> matches(want, name))) {
        found.add(name);
      }
    }
    return found;
  }

  private static boolean matches(String want, String name) {
    return name.equals(want) || name.endsWith("." + want);
  }
}
