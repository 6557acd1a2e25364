package org.genlab.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void numbersAreWrittenAsPeopleWriteThem() {
    assertEquals("0.001", Numbers.format(1e-3));
    assertEquals("1", Numbers.format(1));
    assertEquals("-97", Numbers.format(-97));
    assertEquals("10000", Numbers.format(1e4));
    assertEquals("0.1", Numbers.format(0.1));
    assertEquals("0.30000000000000004", Numbers.format(0.1 + 0.2));
    assertEquals("0.00001", Numbers.format(1e-5));
    assertEquals("1.0e-6", Numbers.format(1e-6));
    assertEquals("-1.5e+20", Numbers.format(-1.5e20));
    assertEquals("0", Numbers.format(0));
    assertEquals("-0.0", Numbers.format(-0.0));
    assertEquals(".inf", Numbers.format(Double.POSITIVE_INFINITY));
    assertEquals("-.inf", Numbers.format(Double.NEGATIVE_INFINITY));
    assertEquals(".nan", Numbers.format(Double.NaN));
    // Double.toString has one digit too many for these before JDK 19.
    assertEquals("2.0e-322", Numbers.format(40 * Double.MIN_VALUE));
    assertEquals("2.0e+23", Numbers.format(Double.parseDouble("2e23")));
  }

  @Test
  void everyNumberReadsBackToItsBitsWithTheFewestDigits() {
    Random random = new Random(2);
    for (int i = 0; i < 2_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        String text = Numbers.format(value);
        assertEquals(
            Double.doubleToLongBits(value), Double.doubleToLongBits(Double.parseDouble(text)));
        assertTrue(digits(text) <= digits(Double.toString(value)), text);
      }
    }
  }

  private static int digits(String text) {
    return new BigDecimal(text).stripTrailingZeros().precision();
  }
}
