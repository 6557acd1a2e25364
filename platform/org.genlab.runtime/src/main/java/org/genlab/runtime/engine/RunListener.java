package org.genlab.runtime.engine;

import java.util.Map;

/** Watches a run. Called on the run's thread; must return quickly and never throw. */
public interface RunListener {
  /** The run starts, or goes on, at a step. */
  default void started(long step, long totalSteps) {}

  /** A step was made. */
  default void stepped(long steps, long totalSteps, float loss) {}

  /** Metrics were taken; all values of this moment by series. */
  default void evaluated(long step, Map<String, Double> values) {}

  /** A checkpoint was written. */
  default void checkpointed(long step) {}

  /** A line for whoever watches. */
  default void logged(String line) {}

  /** A listener that ignores everything. */
  static RunListener none() {
    return new RunListener() {};
  }
}
