package org.genlab.tensor.backend;

import org.osgi.annotation.versioning.ConsumerType;

/** A pointwise computation written as a plain loop over Java arrays. */
@ConsumerType
@FunctionalInterface
public interface HostKernel {
  /**
   * Computes the elements [from, to) of every output. May be called for several ranges at once on
   * several threads, so it must use nothing but its arguments and constants.
   *
   * @param in the inputs, possibly longer than the tensors are; not to be written to
   * @param out the outputs, possibly longer than the tensors are
   */
  void apply(float[][] in, float[][] out, int from, int to);
}
