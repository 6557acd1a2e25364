package org.genlab.tck;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.genlab.api.evaluation.History;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.api.evaluation.Series;
import org.genlab.api.model.Parameters;

/**
 * A finished run that was made up, for tests of analyses on curves whose findings are known.
 *
 * <pre>{@code
 * RunRecord run =
 *     SampleRun.of("wide", 0)
 *         .withSetting("architecture.width", 64)
 *         .withSeries("test/accuracy", new long[] {0, 10}, 0.1, 0.9);
 * }</pre>
 */
public final class SampleRun implements RunRecord {
  private final String arm;
  private final long seed;
  private final Map<String, Object> settings = new LinkedHashMap<>();
  private final Map<String, Series> series = new LinkedHashMap<>();
  private final Map<String, double[]> arrays = new LinkedHashMap<>();
  private Parameters parameters;

  private SampleRun(String arm, long seed) {
    this.arm = arm;
    this.seed = seed;
  }

  /** A run without settings and measurements. */
  public static SampleRun of(String arm, long seed) {
    return new SampleRun(arm, seed);
  }

  private SampleRun copy() {
    SampleRun copy = new SampleRun(arm, seed);
    copy.settings.putAll(settings);
    copy.series.putAll(series);
    copy.arrays.putAll(arrays);
    copy.parameters = parameters;
    return copy;
  }

  /** This run with one more setting, such as {@code optimizer.weight-decay}. */
  public SampleRun withSetting(String path, Object value) {
    SampleRun copy = copy();
    copy.settings.put(path, value);
    return copy;
  }

  /**
   * This run with one more series.
   *
   * @param steps strictly ascending
   * @param values one for each step
   */
  public SampleRun withSeries(String name, long[] steps, double... values) {
    SampleRun copy = copy();
    copy.series.put(name, new Series(name, steps, values));
    return copy;
  }

  /** This run with one more array. */
  public SampleRun withArray(String name, double... values) {
    SampleRun copy = copy();
    copy.arrays.put(name, values.clone());
    return copy;
  }

  /** This run with parameters of its main model. */
  public SampleRun withParameters(Parameters values) {
    SampleRun copy = copy();
    copy.parameters = values;
    return copy;
  }

  @Override
  public String arm() {
    return arm;
  }

  @Override
  public long seed() {
    return seed;
  }

  @Override
  public Map<String, Object> settings() {
    return Map.copyOf(settings);
  }

  @Override
  public History history() {
    return new History() {
      @Override
      public Set<String> names() {
        return series.keySet();
      }

      @Override
      public Optional<Series> series(String name) {
        return Optional.ofNullable(series.get(name));
      }
    };
  }

  @Override
  public Optional<double[]> array(String name) {
    return Optional.ofNullable(arrays.get(name)).map(a -> Arrays.copyOf(a, a.length));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException when the run was given none
   */
  @Override
  public Parameters parameters() {
    if (parameters == null) {
      throw new IllegalStateException("the run '" + arm + "' was made up without parameters");
    }
    return parameters;
  }
}
