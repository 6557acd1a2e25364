package org.genlab.api.model;

import org.genlab.api.Randomness;
import org.genlab.api.data.Split;
import org.genlab.api.training.State;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A network that is computed from the training data instead of being trained by gradients: nearest
 * neighbours, kernel ridge regression, a BM25 index. What it learns are its buffers, which {@link
 * #forward} reads through {@link Forward#buffer}; so it is checkpointed, measured and compared like
 * any other.
 */
@ConsumerType
public interface FittedNetwork extends Network {
  /** Computes the buffers from the examples of a split. */
  State fit(Split split, Randomness randomness);
}
