package org.genlab.api.model;

import org.genlab.api.data.Batch;
import org.genlab.api.training.State;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A network together with what it has become: the current parameters, the buffers and the state of
 * its optimizer. A run has one main model; procedures may create others (a teacher, a probe, a
 * second network that filters labels). The host checkpoints all of them.
 */
@ProviderType
public interface Model {
  String name();

  Network network();

  /** The current values; never tracked. */
  Parameters parameters();

  /** The values before the first step. */
  Parameters initialParameters();

  /** Replaces the values (a rewind, an average, a merge). The optimizer's state is untouched. */
  void setParameters(Parameters parameters);

  /** What the network keeps without training it. */
  State buffers();

  void setBuffers(State buffers);

  /** The state of the optimizer that trains this model. */
  State optimizerState();

  void setOptimizerState(State state);

  /** Evaluates the network in evaluation mode at the current values. */
  Output predict(Batch batch);

  /**
   * Evaluates the network in evaluation mode at the current values, each named feature passed
   * through a function: what if this state had been another one, or this branch silent?
   */
  Output predict(Batch batch, Forward.Hook hook);
}
