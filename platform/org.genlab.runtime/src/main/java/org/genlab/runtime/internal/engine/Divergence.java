package org.genlab.runtime.internal.engine;

/** Says that training diverged: a loss or a parameter is not finite. */
final class Divergence extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param what happened, without the step
   */
  Divergence(String what) {
    super(what);
  }
}
