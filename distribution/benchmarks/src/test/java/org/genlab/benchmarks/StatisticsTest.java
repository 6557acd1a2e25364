package org.genlab.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.genlab.benchmarks.Statistics.Spread;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void medianOfOddAndEvenNumbers() {
    assertEquals(new Spread(2, 1, 9), Statistics.of(9, 1, 2));
    assertEquals(new Spread(3, 1, 9), Statistics.of(9, 4, 1, 2));
    assertEquals(new Spread(5, 5, 5), Statistics.of(5));
  }

  @Test
  void measurementsAreNotReordered() {
    double[] values = {3, 1, 2};
    Statistics.of(values);
    assertEquals(3, values[0]);
  }

  @Test
  void noValuesHaveNoMedian() {
    assertThrows(IllegalArgumentException.class, Statistics::of);
  }

  @Test
  void ratiosAreOfPairs() {
    // The quotient of the medians would be 1: the machine was slow in the second round.
    Spread ratio = Statistics.ratio(new double[] {1, 40, 2}, new double[] {2, 80, 1});
    assertEquals(new Spread(0.5, 0.5, 2), ratio);
  }

  @Test
  void pairsMustBeComplete() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Statistics.ratio(new double[] {1, 2}, new double[] {1}));
  }

  @Test
  void differenceIsRelative() {
    assertEquals(0, Statistics.difference(0, 0));
    assertEquals(0.5, Statistics.difference(1, 2));
    assertEquals(0.5, Statistics.difference(-2, -1));
    assertEquals(2, Statistics.difference(1, -1));
    assertEquals(Double.NaN, Statistics.difference(Double.NaN, 1));
  }
}
