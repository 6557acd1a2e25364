package org.genlab.procedures.pruning;

/** From which values the network is retrained. */
public enum Rewind {
  /** Those before the first step (Frankle and Carbin, arXiv 1803.03635). */
  INITIAL,
  /** Those after a number of steps of the first phase (Frankle et al., arXiv 1912.05671). */
  STEP,
  /** New ones drawn as at the beginning, a control of arXiv 1803.03635. */
  REDRAWN,
  /** Those it has: fine-tuning. */
  NONE
}
