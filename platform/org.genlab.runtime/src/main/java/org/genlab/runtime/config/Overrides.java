package org.genlab.runtime.config;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.genlab.store.UserError;

/**
 * Changes to a configuration as they are written on a command line.
 *
 * <ul>
 *   <li>{@code optimizer.rho=0.1} puts a value, written in YAML, at a path;
 *   <li>{@code ~regularizers.dropout} removes what stands at a path;
 *   <li>{@code seed=0..4} sweeps over the integers from 0 to 4, {@code optimizer=sam,adamw} over
 *       the values between the commas (outside brackets and quotes). Several sweeps make a product,
 *       in which the last varies fastest.
 * </ul>
 */
public final class Overrides {
  private static final Pattern RANGE = Pattern.compile("(-?[0-9]{1,18})\\.\\.(-?[0-9]{1,18})");
  private static final int MAX_SETS = 10_000;

  private final List<Variant> variants;
  private final boolean sweep;

  /**
   * One point of a sweep.
   *
   * @param label what distinguishes it from the others, e.g. {@code seed=3 optimizer=sam}; empty
   *     without a sweep
   * @param changes in the order in which they were given
   */
  public record Variant(String label, List<Change> changes) {
    public Variant {
      changes = List.copyOf(changes);
    }

    /** Makes all changes, one after the other. */
    public Node.MapNode applyTo(Node.MapNode root) {
      Node.MapNode result = root;
      for (Change change : changes) {
        result = change.applyTo(result);
      }
      return result;
    }
  }

  private Overrides(List<Variant> variants, boolean sweep) {
    this.variants = List.copyOf(variants);
    this.sweep = sweep;
  }

  /**
   * Reads arguments.
   *
   * @throws UserError when one is malformed; the message quotes it
   */
  public static Overrides parse(List<String> arguments) {
    List<Variant> variants = List.of(new Variant("", List.of()));
    boolean sweep = false;
    for (String argument : arguments) {
      List<Change> alternatives = alternatives(argument);
      sweep |= alternatives.size() > 1;
      if ((long) variants.size() * alternatives.size() > MAX_SETS) {
        throw new UserError(
            "command line: the sweep has more than " + MAX_SETS + " runs; give fewer values");
      }
      List<Variant> next = new ArrayList<>();
      for (Variant variant : variants) {
        for (Change change : alternatives) {
          List<Change> changes = new ArrayList<>(variant.changes());
          changes.add(change);
          next.add(
              new Variant(
                  alternatives.size() == 1 ? variant.label() : label(variant, change), changes));
        }
      }
      variants = next;
    }
    return new Overrides(variants, sweep);
  }

  /** The points of the sweep; exactly one when nothing is swept. */
  public List<Variant> variants() {
    return variants;
  }

  /** Whether anything is swept. */
  public boolean isSweep() {
    return sweep;
  }

  private static String label(Variant variant, Change change) {
    String text =
        String.join(".", change.path()) + "=" + change.value().map(Node::toFlow).orElse("");
    return variant.label().isEmpty() ? text : variant.label() + " " + text;
  }

  private static List<Change> alternatives(String argument) {
    Location where = Location.of("command line: " + argument);
    int equals = argument.indexOf('=');
    if (argument.startsWith("~")) {
      if (equals >= 0) {
        throw where.error(
            "to remove a setting write only its path: " + argument.substring(0, equals));
      }
      return List.of(Change.remove(argument.substring(1), where));
    }
    if (equals <= 0) {
      throw where.error(
          "this is no override; write path=value to set, or ~path to remove, as in"
              + " optimizer.rho=0.1");
    }
    String path = argument.substring(0, equals);
    List<String> texts = new ArrayList<>();
    for (String part : atCommas(argument.substring(equals + 1))) {
      Matcher range = RANGE.matcher(part.strip());
      if (range.matches()) {
        long from = Long.parseLong(range.group(1));
        long to = Long.parseLong(range.group(2));
        if (to < from || to - from >= MAX_SETS) {
          throw where.error(
              "the range '"
                  + part.strip()
                  + "' must go upwards and have at most "
                  + MAX_SETS
                  + " values");
        }
        for (long i = from; i <= to; i++) {
          texts.add(Long.toString(i));
        }
      } else {
        texts.add(part);
      }
    }
    boolean several = texts.size() > 1;
    List<Change> changes = new ArrayList<>();
    for (String text : texts) {
      if (several && text.isBlank()) {
        throw where.error("a value is missing beside a comma");
      }
      // In a sweep the message names the point at which a value does not fit.
      Location each = several ? Location.of("command line: " + path + "=" + text.strip()) : where;
      changes.add(Change.put(path, Yaml.parse(text, each), each));
    }
    return changes;
  }

  private static List<String> atCommas(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    char quote = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '[' || c == '{' || c == '(') {
        depth++;
      } else if (c == ']' || c == '}' || c == ')') {
        depth--;
      } else if (c == ',' && depth <= 0) {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }
}
