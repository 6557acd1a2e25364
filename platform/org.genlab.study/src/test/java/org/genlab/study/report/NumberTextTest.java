package org.genlab.study.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberTextTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "3215, 3215",
    "0.99812345, 0.9981",
    "14.2345, 14.23",
    "-0.5, -0.5",
    "123456.7, 123500",
    "1234567, 1.235e6",
    "0.00001234, 1.234e-5",
    "1e-300, 1e-300",
    "NaN, –",
    "Infinity, ∞",
    "-Infinity, −∞"
  })
  void numbers(double value, String text) {
    assertEquals(text, NumberText.number(value));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 100.0 %",
    "0.9996, 99.9 %",
    "0.5, 50.0 %",
    "0.0001, 0.1 %",
    "0, 0.0 %",
    "0.01234, 1.2 %"
  })
  void percentagesNeverPretendToBeComplete(double part, String text) {
    assertEquals(text, NumberText.percent(part));
  }

  @ParameterizedTest
  @CsvSource({"0.04, 0.0 s", "9.94, 9.9 s", "59.4, 59 s", "59.6, 1 min 00 s", "3599.6, 1 h 00 min"})
  void durations(double seconds, String text) {
    assertEquals(text, NumberText.duration(seconds));
  }
}
