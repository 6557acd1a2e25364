package org.genlab.study.internal;

import java.util.List;
import java.util.Map;
import org.genlab.api.evaluation.Series;

/**
 * What expressions may know of a run.
 *
 * @param arm the arm it stands for
 * @param steps made
 * @param series by name
 * @param settings the resolved experiment by path
 */
public record RunData(
    String arm, long seed, long steps, Map<String, Series> series, Map<String, Object> settings) {

  /**
   * The series of a name.
   *
   * @throws ExpressionException when it was not recorded
   */
  Series get(String name) {
    Series found = series.get(name);
    if (found == null || found.length() == 0) {
      throw ExpressionException.missing(
          "arm '"
              + arm
              + "' has no series '"
              + name
              + "'"
              + Names.hint(name, List.copyOf(series.keySet())));
    }
    return found;
  }
}
