package org.genlab.datasets.algorithmic;

/** How rows are dealt out to the splits. */
public enum Pairs {
  /** Each ordered pair by itself, so (a, b) and (b, a) may fall on different sides. */
  ORDERED,
  /** (a, b) and (b, a) always fall on the same side. */
  SYMMETRIC,
  /** Only the rows with a at most b exist. */
  UNORDERED
}
