package org.genlab.api.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class SeriesTest {
  private final Series noisy =
      new Series("x", new long[] {0, 10, 20, 30, 40, 50}, new double[] {0, 1, 0, 1, 1, 1});

  @Test
  void firstIsTheFirstCrossingAndFirstLastingTheOneThatHolds() {
    assertEquals(OptionalLong.of(10), noisy.first(v -> v >= 1));
    assertEquals(OptionalLong.of(10), noisy.firstLasting(v -> v >= 1, 1));
    assertEquals(OptionalLong.of(30), noisy.firstLasting(v -> v >= 1, 2));
    assertEquals(OptionalLong.of(30), noisy.firstLasting(v -> v >= 1, 3));
    assertEquals(OptionalLong.empty(), noisy.firstLasting(v -> v >= 2, 1));
  }

  @Test
  void firstLastingNeedsFewerValuesAtTheEnd() {
    assertEquals(OptionalLong.of(30), noisy.firstLasting(v -> v >= 1, 10));
  }

  @Test
  void firstLastingAgreesWithItsDefinition() {
    for (int trial = 0; trial < 500; trial++) {
      RandomStream random = RandomStream.of(1, "series", trial);
      int n = random.nextInt(12);
      int hold = 1 + random.nextInt(5);
      double[] values = new double[n];
      for (int i = 0; i < n; i++) {
        values[i] = random.nextInt(3) == 0 ? 0 : 1;
      }
      OptionalLong expected = OptionalLong.empty();
      for (int i = n - 1; i >= 0; i--) {
        boolean all = true;
        for (int j = i; j < Math.min(n, i + hold); j++) {
          all &= values[j] > 0;
        }
        if (all) {
          expected = OptionalLong.of(i);
        }
      }
      Series series = new Series("s", LongStream.range(0, n).toArray(), values);
      assertEquals(expected, series.firstLasting(v -> v > 0, hold));
    }
  }

  @Test
  void atHoldsTheLastValue() {
    assertEquals(OptionalDouble.of(1), noisy.at(19));
    assertEquals(OptionalDouble.of(0), noisy.at(20));
    assertEquals(OptionalDouble.of(1), noisy.at(1000));
    assertEquals(OptionalDouble.empty(), noisy.at(-1));
    assertEquals(OptionalDouble.of(1), noisy.last());
  }

  @Test
  void keepsItsOwnCopy() {
    double[] values = {1};
    Series series = new Series("s", new long[] {0}, values);
    values[0] = 2;
    assertArrayEquals(new double[] {1}, series.values());
  }

  @Test
  void stepsAndValuesMustMatch() {
    assertThrows(IllegalArgumentException.class, () -> new Series("s", new long[1], new double[2]));
  }
}
