package org.genlab.study;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A run of a study.
 *
 * @param name unique in the study, e.g. {@code main-seed0}; its directory is {@code runs/<name>}
 * @param seed of the run
 * @param digest of the resolved experiment, which is why two arms may share a run
 * @param status how it ended
 * @param reason why it failed; empty otherwise
 * @param steps made
 * @param last the last value of each series
 */
public record RunEntry(
    String name,
    long seed,
    String digest,
    Status status,
    String reason,
    long steps,
    Map<String, Double> last) {
  public RunEntry {
    last = Collections.unmodifiableMap(new LinkedHashMap<>(last));
  }

  /** The directory of the run, relative to that of the study, with forward slashes. */
  public String directory() {
    return "runs/" + name;
  }

  /** How far a run got. */
  public enum Status {
    PENDING,
    STOPPED,
    FINISHED,
    FAILED
  }
}
