package org.genlab.runtime.internal.engine;

import org.genlab.api.model.Parameters;
import org.genlab.api.training.State;
import org.genlab.tensor.Scope;
import org.genlab.tensor.Tensor;

/** Where a run is: the step, the phase within it, and the memory of that phase. */
final class Progress {
  /** What a run is doing; decides what may be remembered. */
  enum Phase {
    /** Plugins are made, models initialised. */
    PREPARING,
    /** A step is made. */
    TRAINING,
    /** Metrics are taken; nothing that is measured may change. */
    MEASURING
  }

  private long step;
  private long totalSteps;
  private Phase phase = Phase.PREPARING;
  private int evaluations;
  private int depth;
  private Scope scope;

  long step() {
    return step;
  }

  void setStep(long value) {
    step = value;
  }

  long totalSteps() {
    return totalSteps;
  }

  void setTotalSteps(long value) {
    totalSteps = value;
  }

  Phase phase() {
    return phase;
  }

  /** The step under which a number recorded now stands: during a step, the one it leads to. */
  long recordedStep() {
    return phase == Phase.TRAINING ? step + 1 : step;
  }

  /** Does a part of the run; memory that is not kept is used again afterwards. */
  void during(Phase next, Runnable part) {
    Phase before = phase;
    phase = next;
    evaluations = 0;
    try (Scope opened = Scope.open()) {
      scope = opened;
      part.run();
    } finally {
      scope = null;
      phase = before;
    }
  }

  /** Notes that the objective is being evaluated, until {@link #leaveEvaluation}. */
  void enterEvaluation() {
    if (depth++ == 0) {
      evaluations++;
    }
  }

  void leaveEvaluation() {
    depth--;
  }

  /** Whether the objective is being evaluated for the second time or more within this phase. */
  boolean isReevaluating() {
    return depth > 0 && evaluations > 1;
  }

  /** The same values as a constant that outlives this phase. */
  Tensor keep(Tensor tensor) {
    Tensor constant = tensor.isTracked() ? tensor.detach() : tensor;
    return scope == null ? constant : scope.keep(constant);
  }

  Parameters keep(Parameters parameters) {
    Tensor kept = keep(parameters.flat());
    return kept == parameters.flat() ? parameters : parameters.with(kept);
  }

  State keep(State state) {
    State kept = state;
    for (var entry : state.arrays().entrySet()) {
      Tensor tensor = keep(entry.getValue());
      if (tensor != entry.getValue()) {
        kept = kept.with(entry.getKey(), tensor);
      }
    }
    return kept;
  }
}
