package org.genlab.api.training;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * How training is run: which examples when, which models, which phases. The host owns the loop,
 *
 * <pre>
 *   begin; while (!finished) { step; [evaluate] [checkpoint] [stop or swap on request] }
 * </pre>
 *
 * so that any procedure can be checkpointed, resumed, watched, stopped and rewired at each step
 * boundary. In return, all that a procedure remembers between steps lies in the models it trains
 * and in its {@link org.genlab.api.Slots}; everything else is a function of the step number.
 */
@ConsumerType
public interface Procedure {
  /** Prepares the first step. Not called when a run is resumed. */
  default void begin(Training training) {}

  /** Makes one step, the smallest unit after which a run can be stopped; usually one update. */
  void step(Training training);

  /** Whether there is no further step. Called at every step boundary. */
  boolean finished(Training training);

  /** The number of steps planned, an upper bound; schedules and the display of progress use it. */
  long totalSteps();
}
