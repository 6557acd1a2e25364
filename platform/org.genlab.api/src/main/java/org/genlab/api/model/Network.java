package org.genlab.api.model;

import org.genlab.api.data.Batch;
import org.genlab.tensor.random.RandomStream;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A function of parameters and inputs. A network holds no values: parameters come in with each
 * call, so the same network can be evaluated at many points at once (the inner loop of MAML, the
 * two points of SAM, a teacher and its student). Implementations are immutable and thread-safe.
 */
@ConsumerType
public interface Network {
  /** Names, shapes and roles of the parameters; empty for a network that has none to train. */
  ParameterLayout layout();

  /** Draws initial parameters. */
  Parameters initialize(RandomStream random);

  /**
   * Evaluates the network.
   *
   * @param parameters of this network's layout; gradients flow to them when they are tracked
   * @param batch the examples; only inputs may be read, never targets
   * @param forward the mode, the randomness and the hooks of this pass
   */
  Output forward(Parameters parameters, Batch batch, Forward forward);
}
