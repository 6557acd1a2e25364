package org.genlab.analyses.grokking;

import java.util.LinkedHashMap;
import java.util.Map;
import org.genlab.api.evaluation.Recorder;

/** Takes down findings. */
final class Found implements Recorder {
  final Map<String, Double> numbers = new LinkedHashMap<>();
  final Map<String, double[]> arrays = new LinkedHashMap<>();

  @Override
  public void number(String series, double value) {
    numbers.put(series, value);
  }

  @Override
  public void array(String name, double... values) {
    arrays.put(name, values);
  }
}
