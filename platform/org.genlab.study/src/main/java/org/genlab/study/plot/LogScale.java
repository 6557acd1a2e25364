package org.genlab.study.plot;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * A scale on which equal ratios have equal lengths. Zero has no place on it; with {@code zeroRoom}
 * it is shown at the beginning, divided from the rest by a break in the axis.
 *
 * @param min at the beginning (after the break), positive
 * @param max at the end, greater than {@code min}
 * @param zeroRoom the part of the axis before the break, between 0 and 1; 0 for none
 */
public record LogScale(double min, double max, double zeroRoom) implements Scale {
  public LogScale {
    if (!(0 < min && min < max) || Double.isInfinite(max)) {
      throw new IllegalArgumentException("no logarithmic axis from " + min + " to " + max);
    }
    if (!(0 <= zeroRoom && zeroRoom < 1)) {
      throw new IllegalArgumentException("no axis with a part " + zeroRoom + " for zero");
    }
  }

  /** The scale of steps from 0 or 1 to the last one. */
  public static LogScale steps(boolean withZero, double last) {
    return new LogScale(1, Math.max(10, last), withZero ? 0.06 : 0);
  }

  /** The scale over all positive finite values, with a little room at both ends. */
  public static LogScale over(double... values) {
    double min = Double.POSITIVE_INFINITY;
    double max = 0;
    for (double value : values) {
      if (value > 0 && Double.isFinite(value)) {
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
    }
    if (max == 0) {
      return new LogScale(0.1, 10, 0);
    }
    double room = min == max ? 3 : Math.pow(max / min, 0.04);
    double first = Math.max(Double.MIN_NORMAL, min / room);
    double last = Math.min(Double.MAX_VALUE, max * room);
    return new LogScale(first, last, 0);
  }

  @Override
  public double position(double value) {
    if (!(value > 0)) {
      return 0;
    }
    double part = Math.log(value / min) / Math.log(max / min);
    return zeroRoom + (1 - zeroRoom) * Math.min(1, Math.max(0, part));
  }

  @Override
  public List<Tick> ticks(int most) {
    int first = (int) Math.floor(Math.log10(min) + 1e-9);
    int last = (int) Math.floor(Math.log10(max) + 1e-9);
    int decades = 0;
    for (int k = first; k <= last; k++) {
      decades += within(power(k)) ? 1 : 0;
    }
    int stride = Math.max(1, (decades + most - 1) / Math.max(1, most));
    boolean sparse = decades < 2;
    List<Tick> ticks = new ArrayList<>();
    if (zeroRoom > 0) {
      ticks.add(Tick.major(0, Label.plain("0")));
    }
    for (int k = first; k <= last; k++) {
      for (int factor = 1; factor < 10; factor++) {
        double value = BigDecimal.valueOf(factor).scaleByPowerOfTen(k).doubleValue();
        if (!within(value)) {
          continue;
        }
        if (sparse && (factor == 1 || factor == 2 || factor == 5)) {
          ticks.add(
              Tick.major(
                  value,
                  Label.plain(Numbers.grouped(BigDecimal.valueOf(factor).scaleByPowerOfTen(k)))));
        } else if (factor == 1 && Math.floorMod(k, stride) == 0) {
          ticks.add(Tick.major(value, Label.power("10", Integer.toString(k))));
        } else if (factor == 1 || stride == 1) {
          ticks.add(Tick.minor(value));
        }
      }
    }
    return ticks;
  }

  private boolean within(double value) {
    return value >= min * (1 - 1e-9) && value <= max * (1 + 1e-9);
  }

  private static double power(int exponent) {
    return BigDecimal.ONE.scaleByPowerOfTen(exponent).doubleValue();
  }
}
