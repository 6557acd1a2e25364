package org.genlab.study.internal;

/** Why an expression has no value: one sentence without the place. */
public final class ExpressionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean misuse;

  private ExpressionException(String sentence, boolean misuse) {
    super(sentence);
    this.misuse = misuse;
  }

  /** The runs do not have what the expression needs. */
  static ExpressionException missing(String sentence) {
    return new ExpressionException(sentence, false);
  }

  /** The expression is wrong whatever the runs are. */
  static ExpressionException misuse(String sentence) {
    return new ExpressionException(sentence, true);
  }

  /** Whether the expression is wrong whatever the runs are. */
  public boolean isMisuse() {
    return misuse;
  }
}
