package org.genlab.datasets.knowledge;

import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import org.genlab.tensor.random.RandomStream;

/**
 * A rule by which a fact follows from two atomic ones. Atomic facts are known by the number of
 * their edge, inferred ones by a number of the rule's own.
 */
abstract class Rule {
  private final KnowledgeGraph graph;
  private final IntUnaryOperator answers;
  private final int[] order;

  /**
   * @param answers the answer to each inferred fact by its number, where it is not the rule's; else
   *     null
   * @param contrasts for the order in which other first entities are looked for
   */
  Rule(KnowledgeGraph graph, IntUnaryOperator answers, RandomStream contrasts) {
    this.graph = graph;
    this.answers = answers;
    this.order = contrasts.permutation(graph.heads());
  }

  final KnowledgeGraph graph() {
    return graph;
  }

  /** The number of tokens; the last one is padding. */
  abstract int vocabulary();

  /** Tokens of an inferred question. */
  abstract int length();

  /** The number of different answers an inferred question can have. */
  abstract int choices();

  /** The edges that are OOD, by their number. */
  abstract boolean[] ood(double share, RandomStream random);

  /** The numbers of all inferred facts, ascending. */
  abstract int[] inferred();

  /** How many of the two atomic facts that an inferred one follows from are OOD. */
  abstract int oodParts(int inferred, boolean[] ood);

  /** The smallest number of the inferred facts that say the same as this one. */
  int representative(int inferred) {
    return inferred;
  }

  abstract Fact atomic(int edge);

  abstract Fact inferred(int inferred);

  /** The answer that is taught to an inferred question. */
  final int answer(int inferred, int byRule) {
    return answers == null ? byRule : answers.applyAsInt(inferred);
  }

  /** Other heads that satisfy a condition: the first in a fixed random order, or the head. */
  final int contrast(int head, IntPredicate condition) {
    for (int k = 1; k <= order.length; k++) {
      int other = order[(head + k) % order.length];
      if (other != head && condition.test(other)) {
        return other;
      }
    }
    return head;
  }
}
