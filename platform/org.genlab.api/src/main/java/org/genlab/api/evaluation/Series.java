package org.genlab.api.evaluation;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.DoublePredicate;

/**
 * A number along the steps of a run.
 *
 * @param name such as {@code validation/accuracy}
 * @param steps strictly ascending
 * @param values one for each step
 */
public record Series(String name, long[] steps, double[] values) {
  public Series {
    if (steps.length != values.length) {
      throw new IllegalArgumentException(
          steps.length + " steps and " + values.length + " values in '" + name + "'");
    }
    steps = steps.clone();
    values = values.clone();
  }

  public int length() {
    return steps.length;
  }

  /** The last value. */
  public OptionalDouble last() {
    return values.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(values[values.length - 1]);
  }

  /** The first step whose value satisfies the condition. */
  public OptionalLong first(DoublePredicate condition) {
    for (int i = 0; i < values.length; i++) {
      if (condition.test(values[i])) {
        return OptionalLong.of(steps[i]);
      }
    }
    return OptionalLong.empty();
  }

  /**
   * The first step from which on the next {@code hold} values satisfy the condition (fewer at the
   * end of the series): one lucky value of a noisy curve does not count.
   */
  public OptionalLong firstLasting(DoublePredicate condition, int hold) {
    for (int i = 0; i < values.length; i++) {
      int j = i;
      while (j < values.length && j < i + hold && condition.test(values[j])) {
        j++;
      }
      if (j > i && j >= Math.min(i + hold, values.length)) {
        return OptionalLong.of(steps[i]);
      }
    }
    return OptionalLong.empty();
  }

  /** The value at the last step that is not after the given one. */
  public OptionalDouble at(long step) {
    OptionalDouble value = OptionalDouble.empty();
    for (int i = 0; i < steps.length && steps[i] <= step; i++) {
      value = OptionalDouble.of(values[i]);
    }
    return value;
  }
}
