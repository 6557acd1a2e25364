package org.genlab.tensor.backend;

/** What many numbers are reduced to. */
public enum Reduction {
  /** The sum; 0 of none. */
  SUM,
  /** The largest, as {@link Math#max(float, float)}; negative infinity of none. */
  MAX,
}
