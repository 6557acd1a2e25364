package org.genlab.study.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import org.genlab.api.evaluation.Series;

/** Invented runs. */
final class Runs {
  private final Map<String, Series> series = new LinkedHashMap<>();
  private final Map<String, Object> settings = new LinkedHashMap<>();
  private final String arm;
  private final long seed;

  private Runs(String arm, long seed) {
    this.arm = arm;
    this.seed = seed;
  }

  static Runs of(String arm, long seed) {
    return new Runs(arm, seed);
  }

  /** Values at steps 0, 10, 20, ... */
  Runs series(String name, double... values) {
    long[] steps = new long[values.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = 10L * i;
    }
    series.put(name, new Series(name, steps, values));
    return this;
  }

  Runs setting(String path, Object value) {
    settings.put(path, value);
    return this;
  }

  RunData data() {
    long steps = series.values().stream().mapToLong(s -> s.steps()[s.length() - 1]).max().orElse(0);
    return new RunData(arm, seed, steps, series, settings);
  }

  ArmRuns.Outcome outcome() {
    return new ArmRuns.Outcome(seed, data(), "");
  }
}
