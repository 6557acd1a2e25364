package org.genlab.runtime.config;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Numbers as configuration writes them: the fewest decimal digits that read back as the same
 * number. {@code Double.toString} will not do, because its digits depend on the version of the JDK
 * and a digest of a configuration must not.
 */
public final class Numbers {
  private Numbers() {}

  /**
   * The text of a number: {@code 0.001}, {@code 1}, {@code 1.0e-10}, {@code .inf}, {@code .nan}.
   */
  public static String format(double value) {
    if (Double.isNaN(value)) {
      return ".nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? ".inf" : "-.inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0";
    }
    BigDecimal exact = new BigDecimal(value);
    BigDecimal shortest = exact;
    for (int digits = 1; digits <= 17; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits));
      if (rounded.doubleValue() == value) {
        shortest = rounded.stripTrailingZeros();
        break;
      }
    }
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= -5 && exponent < 15) {
      return shortest.toPlainString();
    }
    // A point and a sign, because readers of YAML 1.1 take 1e10 for text.
    String digits = shortest.unscaledValue().abs().toString();
    String fraction = digits.length() > 1 ? digits.substring(1) : "0";
    return (value < 0 ? "-" : "")
        + digits.charAt(0)
        + "."
        + fraction
        + "e"
        + (exponent < 0 ? "-" : "+")
        + Math.abs(exponent);
  }
}
