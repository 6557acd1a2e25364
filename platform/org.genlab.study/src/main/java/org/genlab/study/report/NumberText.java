package org.genlab.study.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as reports and the command line print them, whatever the locale. */
public final class NumberText {
  private NumberText() {}

  /**
   * A number to four significant digits: whole numbers up to a million in full, very small and very
   * large ones with an exponent, {@code ∞} and {@code −∞}, and {@code –} where there is none.
   */
  public static String number(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "∞" : "−∞";
    }
    double magnitude = Math.abs(value);
    if (magnitude < 1e6 && value == Math.rint(value)) {
      return Long.toString((long) value);
    }
    BigDecimal rounded =
        new BigDecimal(value)
            .round(new MathContext(4, RoundingMode.HALF_EVEN))
            .stripTrailingZeros();
    if (magnitude >= 1e-3 && magnitude < 1e6) {
      return rounded.toPlainString();
    }
    int exponent = rounded.precision() - rounded.scale() - 1;
    return rounded.scaleByPowerOfTen(-exponent).toPlainString() + "e" + exponent;
  }

  /** A number with its sign, e.g. a margin. */
  public static String signed(double value) {
    return value > 0 ? "+" + number(value) : number(value);
  }

  /**
   * A part of a whole in per cent with one decimal; never rounded up to 100 or down to 0, and
   * {@code –} where there is none.
   */
  public static String percent(double part) {
    if (!Double.isFinite(part)) {
      return number(part);
    }
    BigDecimal percent = new BigDecimal(part).movePointRight(2);
    BigDecimal rounded = percent.setScale(1, RoundingMode.HALF_EVEN);
    if (part < 1 && rounded.compareTo(BigDecimal.valueOf(100)) >= 0) {
      rounded = percent.setScale(1, RoundingMode.DOWN);
    }
    if (part > 0 && rounded.signum() == 0) {
      rounded = percent.setScale(1, RoundingMode.UP);
    }
    return rounded.toPlainString() + " %";
  }

  /** A number of steps; {@code never} when it is infinite. */
  public static String steps(double steps) {
    return steps == Double.POSITIVE_INFINITY ? "never" : number(steps);
  }

  /** A time, e.g. {@code 8.4 s}, {@code 2 min 05 s} or {@code 1 h 02 min}. */
  public static String duration(double seconds) {
    if (!Double.isFinite(seconds) || seconds < 0) {
      return "–";
    }
    if (seconds < 9.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    if (whole < 3600) {
      return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
    }
    return String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }

  /** A count with its noun, e.g. {@code 1 seed}, {@code 3 seeds}. */
  public static String count(long n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }
}
