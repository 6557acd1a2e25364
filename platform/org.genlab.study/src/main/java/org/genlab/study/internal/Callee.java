package org.genlab.study.internal;

/** Something expressions can call functions of. Nothing else can be called from an expression. */
interface Callee {
  /**
   * Calls a function.
   *
   * @throws ExpressionException when there is no such function, or it cannot take these arguments
   */
  Object call(String function, Object[] arguments);
}
