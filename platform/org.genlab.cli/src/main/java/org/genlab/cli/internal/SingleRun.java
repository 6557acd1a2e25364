package org.genlab.cli.internal;

import java.util.List;
import java.util.Map;
import org.genlab.runtime.engine.RunListener;
import org.genlab.study.RunEntry;
import org.genlab.study.StudyListener;

/** Shows a run by itself, or a point of a sweep, on a display. */
final class SingleRun implements RunListener {
  private final Display display;
  private final String name;
  private final long seed;
  private final int index;
  private final int count;
  private StudyListener.PlannedRun planned;
  private long steps;

  /**
   * @param index of the run among those of a sweep, from 0
   * @param count of the runs of the sweep
   */
  SingleRun(Display display, String name, long seed, long totalSteps, int index, int count) {
    this.display = display;
    this.name = name;
    this.seed = seed;
    this.index = index;
    this.count = count;
    this.planned = planned(totalSteps);
  }

  private StudyListener.PlannedRun planned(long totalSteps) {
    return new StudyListener.PlannedRun(name, List.of(), seed, totalSteps, false);
  }

  StudyListener.PlannedRun planned() {
    return planned;
  }

  /** How many steps were made. */
  long steps() {
    return steps;
  }

  @Override
  public void started(long step, long totalSteps) {
    steps = step;
    planned = planned(totalSteps);
    display.runStarted(planned, step);
  }

  @Override
  public void stepped(long made, long totalSteps, float loss) {
    steps = made;
    if (planned.totalSteps() != totalSteps) {
      planned = planned(totalSteps);
    }
    display.stepped(planned, made, loss, progress(index));
  }

  @Override
  public void evaluated(long step, Map<String, Double> values) {
    display.evaluated(planned, step, values);
  }

  @Override
  public void checkpointed(long step) {
    display.checkpointed(planned, step);
  }

  @Override
  public void logged(String line) {
    display.logged(planned, line);
  }

  /** The run ended. */
  void ended(RunEntry.Status status, String reason) {
    ended(status, reason, steps);
  }

  /** The run ended after so many steps. */
  void ended(RunEntry.Status status, String reason, long made) {
    steps = made;
    display.runEnded(
        planned,
        new RunEntry(name, seed, "", status, reason, steps, Map.of()),
        progress(index + 1));
  }

  private StudyListener.Progress progress(int ended) {
    return new StudyListener.Progress(
        ended, count, steps, planned.totalSteps(), 0, Double.POSITIVE_INFINITY);
  }
}
