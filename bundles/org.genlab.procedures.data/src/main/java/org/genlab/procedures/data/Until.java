package org.genlab.procedures.data;

import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.evaluation.History;
import org.genlab.api.evaluation.Series;

/**
 * When a phase ends before its time: a series has been at or above a level, without interruption,
 * for so many steps of this phase.
 *
 * @param series what is watched, e.g. {@code validation/accuracy}
 * @param atLeast the level
 * @param forSteps how many steps the series must have been there without interruption
 */
public record Until(
    @Doc("series that is watched, e.g. validation/accuracy") String series,
    @Default("0.99") @Doc("level that it must be at or above") double atLeast,
    @Default("300") @Range(min = 0) @Doc("steps for which it must have been there") long forSteps) {
  public Until {
    if (!series.contains("/")) {
      throw new SettingException(
          "series",
          "must be of the form split/metric, e.g. validation/accuracy, not '" + series + "'");
    }
  }

  /** Whether the rule ends a phase that began at a step. */
  boolean isMet(History history, long began) {
    return history.series(series).filter(watched -> isMet(watched, began)).isPresent();
  }

  private boolean isMet(Series watched, long began) {
    long[] steps = watched.steps();
    double[] values = watched.values();
    int last = values.length - 1;
    int first = values.length;
    // What was measured at the step where the phase began is the end of the one before.
    while (first > 0 && steps[first - 1] > began && values[first - 1] >= atLeast) {
      first--;
    }
    return first <= last && steps[last] - steps[first] >= forSteps;
  }
}
