package org.genlab.optimizers.filters;

import java.util.Optional;
import org.genlab.api.training.State;
import org.genlab.tensor.Tensor;

/** A low-pass filter of the gradients of successive steps; what it remembers lies in the state. */
interface GradientFilter {
  /** The state before the first gradient of that many values. */
  State initial(int size);

  /** The state after a further gradient, with whatever else was in it. */
  State after(Tensor gradient, State state);

  /** The slow part of the gradients so far; none while there are too few of them. */
  Optional<Tensor> slow(State state);
}
