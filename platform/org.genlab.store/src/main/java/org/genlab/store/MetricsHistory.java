package org.genlab.store;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.genlab.api.evaluation.History;
import org.genlab.api.evaluation.Series;

/** All series of a run, growing row by row. Not thread-safe. */
public final class MetricsHistory implements History {
  private final Map<String, Growing> series = new LinkedHashMap<>();

  /** A history without series. */
  public MetricsHistory() {}

  /** The history that those rows make up. */
  public static MetricsHistory of(List<MetricsLog.Row> rows) {
    MetricsHistory history = new MetricsHistory();
    rows.forEach(row -> row.values().forEach((name, v) -> history.add(row.step(), name, v)));
    return history;
  }

  /** Another history with the same values, which grows apart from this one. */
  public MetricsHistory copy() {
    MetricsHistory copy = new MetricsHistory();
    series.forEach((name, growing) -> copy.series.put(name, growing.copy()));
    return copy;
  }

  /**
   * Adds a value; a second value of the same step replaces the first.
   *
   * @throws IllegalArgumentException when the series already goes beyond that step
   */
  public void add(long step, String name, double value) {
    series.computeIfAbsent(name, n -> new Growing()).add(step, name, value);
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(series.keySet());
  }

  @Override
  public Optional<Series> series(String name) {
    return Optional.ofNullable(series.get(name)).map(s -> s.series(name));
  }

  private static final class Growing {
    private long[] steps = new long[16];
    private double[] values = new double[16];
    private int length;

    void add(long step, String name, double value) {
      if (length > 0 && step < steps[length - 1]) {
        throw new IllegalArgumentException(
            "series '" + name + "' is at step " + steps[length - 1] + ", beyond " + step);
      }
      if (length > 0 && step == steps[length - 1]) {
        length--;
      }
      if (length == steps.length) {
        steps = Arrays.copyOf(steps, 2 * length);
        values = Arrays.copyOf(values, 2 * length);
      }
      steps[length] = step;
      values[length++] = value;
    }

    Growing copy() {
      Growing copy = new Growing();
      copy.steps = steps.clone();
      copy.values = values.clone();
      copy.length = length;
      return copy;
    }

    Series series(String name) {
      return new Series(name, Arrays.copyOf(steps, length), Arrays.copyOf(values, length));
    }
  }
}
