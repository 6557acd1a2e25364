package org.genlab.benchmarks;

/** A workload in one of the frameworks, with parameters of its own. */
interface Side extends AutoCloseable {
  /** Makes one training step: forward, backward, optimizer. Returns the loss before the step. */
  double step();

  /** Computes loss and gradient, and leaves the parameters as they are. Returns the loss. */
  double gradient();

  @Override
  void close();
}
