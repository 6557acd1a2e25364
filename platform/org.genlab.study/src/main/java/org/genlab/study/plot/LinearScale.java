package org.genlab.study.plot;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * A scale on which equal differences have equal lengths.
 *
 * @param min at the beginning
 * @param max at the end, greater than {@code min}
 * @param percent whether ticks are labelled in per cent: 0.5 as 50 %
 */
public record LinearScale(double min, double max, boolean percent) implements Scale {
  public LinearScale {
    if (!(min < max) || Double.isInfinite(max - min)) {
      throw new IllegalArgumentException("no axis from " + min + " to " + max);
    }
  }

  /** The scale of a part of a whole, in per cent, with a little room at both ends. */
  public static LinearScale percentage() {
    return new LinearScale(-0.025, 1.04, true);
  }

  /** The scale over all finite values, with a little room at both ends. */
  public static LinearScale over(double... values) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      if (Double.isFinite(value)) {
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
    }
    if (min > max) {
      return new LinearScale(0, 1, false);
    }
    double room = min == max ? Math.max(Math.abs(min), 1) / 2 : (max - min) * 0.04;
    return new LinearScale(min - room, max + room, false);
  }

  @Override
  public double position(double value) {
    return Math.min(1, Math.max(0, (value - min) / (max - min)));
  }

  @Override
  public List<Tick> ticks(int most) {
    BigDecimal step = step((max - min) / Math.max(1, most));
    List<Tick> ticks = new ArrayList<>();
    BigDecimal tick = BigDecimal.valueOf(min).divide(step, 0, RoundingMode.CEILING).multiply(step);
    for (; tick.doubleValue() <= max; tick = tick.add(step)) {
      BigDecimal shown = percent ? tick.movePointRight(2) : tick;
      String text = Numbers.grouped(shown) + (percent ? "\u202f%" : "");
      ticks.add(Tick.major(tick.doubleValue(), Label.plain(text)));
    }
    return ticks;
  }

  /** The smallest of 1, 2, 5 times a power of ten that is not below the number. */
  private static BigDecimal step(double atLeast) {
    int exponent = (int) Math.floor(Math.log10(atLeast)) - 1;
    while (true) {
      for (int factor : new int[] {1, 2, 5}) {
        BigDecimal step = BigDecimal.valueOf(factor).scaleByPowerOfTen(exponent);
        if (step.doubleValue() >= atLeast * (1 - 1e-9)) {
          return step;
        }
      }
      exponent++;
    }
  }
}
