package org.genlab.procedures.data;

/** Where a phase begins. */
public enum From {
  /** Where the phase before it ended. */
  PREVIOUS,
  /** Where the first phase ended: each later phase is a branch of its own. */
  FIRST,
  /** At the initial parameters: each phase is a training from scratch. */
  INITIALIZATION
}
