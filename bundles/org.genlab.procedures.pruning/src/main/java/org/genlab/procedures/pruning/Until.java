package org.genlab.procedures.pruning;

import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.evaluation.Series;

/**
 * The moment at which a phase ends early: when a series has been at or above a level for so many
 * steps of the phase without interruption.
 *
 * @param series what is watched, e.g. {@code validation/accuracy}
 * @param atLeast the level
 * @param forSteps how many steps it must have been there; 0 for the first evaluation
 */
public record Until(
    @Doc("series that is watched, e.g. train/accuracy") String series,
    @Default("0.99") @Doc("level that it must be at or above") double atLeast,
    @Default("0") @Range(min = 0) @Doc("steps for which it must have been there") long forSteps) {
  public Until {
    if (!series.contains("/")) {
      throw new SettingException(
          "series",
          "must be of the form split/metric, e.g. validation/accuracy, not '" + series + "'");
    }
  }

  /** Whether it has come, for a phase that began at a step; what was measured later counts. */
  boolean isMet(Series watched, long start) {
    long[] steps = watched.steps();
    double[] values = watched.values();
    int last = values.length - 1;
    int first = values.length;
    while (first > 0 && steps[first - 1] > start && values[first - 1] >= atLeast) {
      first--;
    }
    return first <= last && steps[last] - steps[first] >= forSteps;
  }
}
