package org.genlab.study.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.genlab.api.evaluation.Series;
import org.genlab.study.plot.Figure;
import org.genlab.study.plot.Ink;
import org.junit.jupiter.api.Test;

class CurvesTest {
  private static Series series(long[] steps, double... values) {
    return new Series("s", steps, values);
  }

  @Test
  void curveIsTheMedianAndTheBandTheRangeOfTheSeedsThatHaveTheStep() {
    Figure.Curve curve =
        Curves.over(
            "s",
            Ink.BLUE,
            List.of(
                series(new long[] {0, 10, 20}, 1, 5, 9),
                series(new long[] {0, 10}, 3, Double.NaN),
                series(new long[] {0, 10, 30}, 2, 7, 4)));
    assertArrayEquals(new double[] {0, 10, 20, 30}, curve.xs());
    assertArrayEquals(new double[] {2, 6, 9, 4}, curve.ys());
    assertArrayEquals(new double[] {1, 5, 9, 4}, curve.band().low());
    assertArrayEquals(new double[] {3, 7, 9, 4}, curve.band().high());
  }

  @Test
  void medianOfStepsThatMostlyNeverCameIsNever() {
    double never = Double.POSITIVE_INFINITY;
    assertEquals(never, Curves.median(new double[] {5, never, never}));
    assertEquals(7, Curves.median(new double[] {5, 7, never}));
    assertEquals(never, Curves.median(new double[] {never, never}));
  }
}
