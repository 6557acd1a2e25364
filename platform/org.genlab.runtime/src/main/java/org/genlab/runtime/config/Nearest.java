package org.genlab.runtime.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The name that was probably meant by a misspelt one. */
public final class Nearest {
  private Nearest() {}

  /**
   * The candidate closest to a word, if one is close enough to be a misspelling of it. Close is: at
   * most a third of its letters inserted, deleted, replaced or swapped with their neighbour
   * (optimal string alignment distance); the word in another convention ({@code learning_rate},
   * {@code learningRate}); its initials ({@code lr}); or its beginning. Short words must begin
   * alike as well. Of equally close candidates the first wins.
   */
  public static Optional<String> of(String word, Collection<String> candidates) {
    String plain = plain(word);
    if (plain.isEmpty()) {
      return Optional.empty();
    }
    for (String candidate : candidates) {
      if (plain(candidate).equals(plain)) {
        return Optional.of(candidate);
      }
    }
    String best = null;
    int bestDistance = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      String other = plain(candidate);
      int distance = distance(plain, other);
      int allowed = Math.max(1, Math.max(plain.length(), other.length()) / 3);
      if (distance <= allowed && alike(plain, other) && distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    if (best != null) {
      return Optional.of(best);
    }
    for (String candidate : candidates) {
      String other = plain(candidate);
      boolean beginning =
          plain.length() >= 3 && (other.startsWith(plain) || plain.startsWith(other));
      if (beginning || initials(candidate).equals(plain)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** The end of a sentence: {@code ; did you mean 'adamw'?}, or nothing. */
  public static String hint(String word, Collection<String> candidates) {
    return of(word, candidates).map(n -> "; did you mean '" + n + "'?").orElse("");
  }

  /** One letter of three is little to go by: {@code gpu} does not mean {@code cpu}. */
  private static boolean alike(String a, String b) {
    return Math.max(a.length(), b.length()) > 4
        || (!a.isEmpty() && !b.isEmpty() && a.charAt(0) == b.charAt(0));
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "").replace(" ", "");
  }

  private static String initials(String name) {
    List<String> parts = new ArrayList<>(List.of(name.split("-", -1)));
    parts.removeIf(String::isEmpty);
    StringBuilder initials = new StringBuilder();
    parts.forEach(part -> initials.append(part.charAt(0)));
    return parts.size() < 2 ? "" : initials.toString();
  }

  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      d[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      d[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], 1 + d[i - 2][j - 2]);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
