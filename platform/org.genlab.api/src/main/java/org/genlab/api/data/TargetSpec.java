package org.genlab.api.data;

import java.util.List;

/** What the targets of one example look like. */
public interface TargetSpec {

  /** One class in [0, count): an integer column of shape [batch]; logits have [batch, count]. */
  record Classes(int count) implements TargetSpec {}

  /**
   * A class for each position of a sequence: an integer column of shape [batch, length], where a
   * negative target means that the position does not count; logits have [batch, length, count].
   */
  record ClassPerPosition(int count) implements TargetSpec {}

  /** Real numbers: a column of shape [batch, shape...]; outputs have the same shape. */
  record Values(List<Integer> shape) implements TargetSpec {
    public Values {
      shape = List.copyOf(shape);
    }
  }

  /** No targets: examples to represent, not to predict. */
  record None() implements TargetSpec {}
}
