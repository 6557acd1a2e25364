package org.genlab.api.data;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A split of questions whose answers are sequences of tokens, of which several may be right.
 *
 * <p>An example is a question followed by one right answer, as tokens; classes are tokens, too. Its
 * targets, one for each position, count from the last token of the question on, and are what comes
 * next: the answer, then {@link #end()}. So a network that has learned them can be asked: it is
 * given the question, and what it says is appended until it says {@code end()}.
 */
@ConsumerType
public interface CheckedSplit extends Split {
  /** The token that ends an answer. */
  int end();

  /**
   * Whether an answer is right.
   *
   * @param index of the example in this split
   * @param answer the tokens of the answer, without the one that ends it; may be anything
   */
  boolean isRight(int index, int... answer);
}
