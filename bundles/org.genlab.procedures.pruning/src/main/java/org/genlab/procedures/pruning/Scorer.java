package org.genlab.procedures.pruning;

/**
 * How important a weight is; the most important ones stay. With theta the weights, g the gradient
 * and H the Hessian of the loss on a minibatch, each at the weights as pruned so far:
 */
public enum Scorer {
  /** |theta| (Han et al., arXiv 1506.02626). */
  MAGNITUDE,
  /** A random number: the control for the number of weights alone. */
  RANDOM,
  /** |g theta|, the connection sensitivity (Lee et al., arXiv 1810.02340). */
  SNIP,
  /**
   * theta Hg, the fall of the gradient's squared norm, to first order and up to a factor, when the
   * weight is removed (Wang et al., arXiv 2002.07376; the weights with the largest -theta Hg go).
   * Without the temperature of 200 that its public code divides the logits by.
   */
  GRASP,
  /**
   * |theta dR/dtheta|, where R is the sum of the outputs for inputs of ones with all weights
   * replaced by their absolute values; needs no data (Tanaka et al., arXiv 2006.05467, algorithm
   * 1). The network is in evaluation mode. For tokens, R sums over the sequences that repeat one
   * token of the vocabulary, so that each row of the embedding counts once a position.
   */
  SYNFLOW;

  /** How often weights are scored and pruned on the way to a mask, when settings do not say. */
  int iterations() {
    return this == SYNFLOW ? 100 : 1;
  }
}
