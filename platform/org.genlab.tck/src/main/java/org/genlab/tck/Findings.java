package org.genlab.tck;

import java.util.LinkedHashMap;
import java.util.Map;
import org.genlab.api.evaluation.Recorder;

/**
 * Keeps what a metric records at one moment, or an analysis, for tests that look at it. Nothing may
 * be recorded twice.
 */
public final class Findings implements Recorder {
  private final Map<String, Double> numbers = new LinkedHashMap<>();
  private final Map<String, double[]> arrays = new LinkedHashMap<>();

  @Override
  public void number(String series, double value) {
    once(series, numbers.put(series, value));
  }

  @Override
  public void array(String name, double... values) {
    once(name, arrays.put(name, values.clone()));
  }

  private static void once(String name, Object before) {
    if (before != null) {
      throw new IllegalStateException(name + " is recorded twice");
    }
  }

  /** The numbers by name, in the order of recording. */
  public Map<String, Double> numbers() {
    return numbers;
  }

  /** The arrays by name, in the order of recording. */
  public Map<String, double[]> arrays() {
    return arrays;
  }
}
