package org.genlab.study;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an analysis across runs found.
 *
 * @param name of the analysis in the study file
 * @param numbers by series
 * @param arrays by name
 * @param reason why it failed; empty otherwise
 */
public record AnalysisResult(
    String name, Map<String, Double> numbers, Map<String, List<Double>> arrays, String reason) {
  public AnalysisResult {
    numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
    arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
  }
}
