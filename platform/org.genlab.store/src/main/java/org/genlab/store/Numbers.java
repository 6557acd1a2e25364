package org.genlab.store;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Doubles as text and back, exactly. {@link Double#toString(double)} changed in JDK 19, and files
 * must have the same bytes on every JDK; so the shortest decimal that reads back as the same double
 * is found here.
 */
public final class Numbers {
  private Numbers() {}

  /**
   * The shortest decimal number that reads back as the same double, e.g. {@code 0.1}, {@code 2.0},
   * {@code 1.5E-9}; {@code NaN}, {@code Infinity} and {@code -Infinity} by those names.
   */
  public static String toText(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "Infinity" : "-Infinity";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal exact = new BigDecimal(value);
    // Any decimal of at most 15 digits survives the way through a normal double, so a shorter one
    // that fits is found at 15 digits as well, followed by zeros.
    int digits = Math.abs(value) < Double.MIN_NORMAL ? 1 : 15;
    BigDecimal rounded = exact;
    for (; digits <= 17; digits++) {
      rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == value) {
        break;
      }
    }
    return format(rounded.stripTrailingZeros());
  }

  private static String format(BigDecimal decimal) {
    int exponent = decimal.precision() - decimal.scale() - 1;
    if (exponent >= -5 && exponent < 16) {
      String plain = decimal.toPlainString();
      return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
    String digits = decimal.unscaledValue().abs().toString();
    String fraction = digits.length() > 1 ? digits.substring(1) : "0";
    return (decimal.signum() < 0 ? "-" : "") + digits.charAt(0) + "." + fraction + "E" + exponent;
  }

  /**
   * Reads what {@link #toText} wrote.
   *
   * @throws NumberFormatException when it is no number
   */
  public static double parse(String text) {
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }
}
