package org.genlab.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
  @ParameterizedTest
  @CsvSource({
    "0.1, 0.1",
    "2, 2.0",
    "-0.0, -0.0",
    "1e-9, 1.0E-9",
    "-1.5e-9, -1.5E-9",
    "2e23, 2.0E23",
    "4.9e-324, 4.9E-324",
    "2.2250738585072014E-308, 2.2250738585072014E-308",
    "1.7976931348623157E308, 1.7976931348623157E308",
    "123456789012345680, 1.2345678901234568E17",
    "0.30000000000000004, 0.30000000000000004",
    "100, 100.0",
    "NaN, NaN",
    "-Infinity, -Infinity"
  })
  void writesTheShortestDecimal(double value, String text) {
    // The least subnormal needs one digit only; 4.9E-324 rounds to the same double as 5E-324.
    String expected = value == Double.MIN_VALUE ? "5.0E-324" : text;
    assertEquals(expected, Numbers.toText(value));
  }

  @Test
  void everyDoubleReadsBack() {
    RandomStream random = RandomStream.of(0, "doubles");
    for (int i = 0; i < 20_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      String text = Numbers.toText(value);
      assertEquals(
          Double.doubleToLongBits(value), Double.doubleToLongBits(Numbers.parse(text)), text);
      assertTrue(digits(text) <= digits(Double.toString(value)), () -> text + " for " + value);
    }
  }

  private static int digits(String number) {
    return number.replaceAll("E.*|[-.]", "").replaceAll("^0+", "").replaceAll("0+$", "").length();
  }
}
