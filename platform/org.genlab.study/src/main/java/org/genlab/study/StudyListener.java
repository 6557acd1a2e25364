package org.genlab.study;

import java.util.List;
import java.util.Map;

/**
 * Watches a study. Called from the threads of its runs, one call at a time; must return quickly and
 * never throw.
 */
public interface StudyListener {
  /**
   * A run that the study needs.
   *
   * @param name unique in the study
   * @param arms whose run it is; an arm of a control reads {@code claim-control/arm}
   * @param seed of the run
   * @param totalSteps at most; it may stop earlier
   * @param finished whether an earlier session finished it
   */
  record PlannedRun(String name, List<String> arms, long seed, long totalSteps, boolean finished) {
    public PlannedRun {
      arms = List.copyOf(arms);
    }
  }

  /**
   * How far the whole study is.
   *
   * @param runsEnded finished or failed
   * @param runs in all
   * @param steps made, of the planned ones
   * @param totalSteps planned, runs that stopped early counted as far as they went
   * @param stepsPerSecond over the runs of this session; 0 before the first step
   * @param secondsLeft an estimate; infinite before the first step
   */
  record Progress(
      int runsEnded,
      int runs,
      long steps,
      long totalSteps,
      double stepsPerSecond,
      double secondsLeft) {}

  /** The runs are known; nothing has run yet. */
  default void planned(List<PlannedRun> runs) {}

  /** A run starts, or goes on, at a step. */
  default void runStarted(PlannedRun run, long step) {}

  /** A run made a step. */
  default void stepped(PlannedRun run, long step, float loss, Progress progress) {}

  /** A run was evaluated. */
  default void evaluated(PlannedRun run, long step, Map<String, Double> values) {}

  /** A run wrote a checkpoint. */
  default void checkpointed(PlannedRun run, long step) {}

  /** A run has a line for whoever watches. */
  default void logged(PlannedRun run, String line) {}

  /** A run ended; the entry says how. */
  default void runEnded(PlannedRun run, RunEntry entry, Progress progress) {}

  /** A listener that ignores everything. */
  static StudyListener none() {
    return new StudyListener() {};
  }
}
