package org.genlab.study.plot;

import java.math.BigDecimal;

/** Numbers as figures print them, whatever the locale. */
final class Numbers {
  private Numbers() {}

  /** A decimal with a true minus sign and thin spaces between thousands from 10 000 on. */
  static String grouped(BigDecimal number) {
    BigDecimal stripped = number.stripTrailingZeros();
    String plain = (stripped.scale() < 0 ? stripped.setScale(0) : stripped).abs().toPlainString();
    int point = plain.indexOf('.') < 0 ? plain.length() : plain.indexOf('.');
    StringBuilder text = new StringBuilder(plain);
    if (point > 4) {
      for (int i = point - 3; i > 0; i -= 3) {
        text.insert(i, '\u202f');
      }
    }
    return (stripped.signum() < 0 ? "\u2212" : "") + text;
  }

  /** A coordinate with at most two decimals. */
  static String coordinate(double value) {
    long hundredths = Math.round(value * 100);
    if (hundredths % 100 == 0) {
      return Long.toString(hundredths / 100);
    }
    StringBuilder text = new StringBuilder();
    if (hundredths < 0) {
      text.append('-');
    }
    long magnitude = Math.abs(hundredths);
    text.append(magnitude / 100).append('.');
    long rest = magnitude % 100;
    text.append(rest / 10);
    if (rest % 10 != 0) {
      text.append(rest % 10);
    }
    return text.toString();
  }
}
