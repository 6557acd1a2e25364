package org.genlab.study;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An arm of a study and the runs that stand for it.
 *
 * @param name of the arm
 * @param overrides what the arm changes in the base experiment, path to value; empty for the base.
 *     A removed block has the path {@code ~block} and an empty value
 * @param seeds in the order of the study file
 * @param runs the name of the run of each seed; arms with the same experiment share runs
 */
public record ArmResult(
    String name, Map<String, String> overrides, List<Long> seeds, List<String> runs) {
  public ArmResult {
    overrides = Collections.unmodifiableMap(new LinkedHashMap<>(overrides));
    seeds = List.copyOf(seeds);
    runs = List.copyOf(runs);
  }
}
