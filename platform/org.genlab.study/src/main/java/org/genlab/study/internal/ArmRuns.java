package org.genlab.study.internal;

import java.util.List;

/**
 * An arm with the runs that stand for it.
 *
 * @param name of the arm
 * @param runs by seed, in the order of the study file; never empty
 */
public record ArmRuns(String name, List<Outcome> runs) {
  public ArmRuns {
    runs = List.copyOf(runs);
  }

  /**
   * What became of a run.
   *
   * @param data what it recorded, or null when it failed
   * @param failure why it failed; empty when it did not
   */
  public record Outcome(long seed, RunData data, String failure) {}
}
