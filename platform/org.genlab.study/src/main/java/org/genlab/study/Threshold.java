package org.genlab.study;

import java.util.Locale;

/**
 * The condition a number must meet.
 *
 * @param relation which condition
 * @param bound the bound; the lower one of {@link Relation#BETWEEN}
 * @param upper the upper bound of {@link Relation#BETWEEN}; equal to {@code bound} otherwise
 */
public record Threshold(Relation relation, double bound, double upper) {
  /** The conditions, spelled in study files in lower case with hyphens. */
  public enum Relation {
    AT_LEAST("≥"),
    AT_MOST("≤"),
    GREATER_THAN(">"),
    LESS_THAN("<"),
    BETWEEN("in");

    private final String symbol;

    Relation(String symbol) {
      this.symbol = symbol;
    }

    /** The mathematical sign of the relation, e.g. {@code ≥}. */
    public String symbol() {
      return symbol;
    }

    /** The key in study files, e.g. {@code at-least}. */
    public String key() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Whether a number meets the condition; NaN never does. */
  public boolean isMetBy(double value) {
    return switch (relation) {
      case AT_LEAST -> value >= bound;
      case AT_MOST -> value <= bound;
      case GREATER_THAN -> value > bound;
      case LESS_THAN -> value < bound;
      case BETWEEN -> value >= bound && value <= upper;
    };
  }

  /**
   * How far a number is on the right side of the bound, in the number's own unit: positive when the
   * condition is met with room to spare, negative by how much it is missed.
   */
  public double margin(double value) {
    return switch (relation) {
      case AT_LEAST, GREATER_THAN -> difference(value, bound);
      case AT_MOST, LESS_THAN -> difference(bound, value);
      case BETWEEN -> Math.min(difference(value, bound), difference(upper, value));
    };
  }

  /** Infinite numbers that are equal have no distance. */
  private static double difference(double a, double b) {
    return a == b ? 0 : a - b;
  }

  /** The condition as it is printed, e.g. {@code ≥ 3} or {@code in [0.1, 0.2]}. */
  public String text() {
    return relation == Relation.BETWEEN
        ? "in [" + number(bound) + ", " + number(upper) + "]"
        : relation.symbol() + " " + number(bound);
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
