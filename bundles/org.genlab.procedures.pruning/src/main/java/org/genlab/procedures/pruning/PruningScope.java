package org.genlab.procedures.pruning;

/** Among which weights the best are chosen. */
public enum PruningScope {
  /** Among all together: some layers may lose more than others. */
  GLOBAL,
  /** Among those of each layer: every layer keeps the same share. */
  LAYER
}
