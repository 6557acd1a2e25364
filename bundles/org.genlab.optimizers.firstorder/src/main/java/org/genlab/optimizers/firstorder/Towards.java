package org.genlab.optimizers.firstorder;

/** What weight decay pulls the parameters to. */
public enum Towards {
  ZERO,
  /** The values before the first step. */
  INITIALIZATION
}
