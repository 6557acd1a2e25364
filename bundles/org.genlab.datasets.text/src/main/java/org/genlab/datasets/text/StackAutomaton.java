package org.genlab.datasets.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The states in which a left-to-right parser of a grammar can be: its stacks, each with the classes
 * of words that can come next, their probabilities and the stack after each.
 *
 * <p>A leftmost derivation that has produced a prefix is the prefix and a stack of symbols still to
 * be rewritten. In an LL(1) grammar a prefix has one such stack only; so the distribution of what
 * follows a prefix is a function of that stack, and is computed here exactly. Where nesting is
 * bounded there are finitely many stacks.
 */
final class StackAutomaton {
  /**
   * What can come next.
   *
   * @param wordClass the terminal
   * @param probability given the state
   * @param next the state after it
   */
  record Step(String wordClass, double probability, int next) {}

  /**
   * Symbols still to be rewritten. Its methods are written out: those that the JDK makes for a
   * record keep the class of a component in memory (Java 17), so that an updated plugin would not
   * go away.
   */
  private record Stack(String top, Stack below) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Stack that
          && top.equals(that.top)
          && Objects.equals(below, that.below);
    }

    @Override
    public int hashCode() {
      return 31 * Objects.hashCode(below) + top.hashCode();
    }
  }

  private final List<List<Step>> steps = new ArrayList<>();

  /**
   * @param grammar without left recursion
   * @param limit how many states there may be
   * @throws IllegalArgumentException when there are more, or the grammar is not LL(1)
   */
  StackAutomaton(Grammar grammar, int limit) {
    Map<Stack, Integer> known = new HashMap<>();
    List<Stack> waiting = new ArrayList<>();
    Stack start = new Stack(grammar.start(), null);
    known.put(start, 0);
    waiting.add(start);
    for (int state = 0; state < waiting.size(); state++) {
      Map<String, Double> probabilities = new LinkedHashMap<>();
      Map<String, Stack> after = new LinkedHashMap<>();
      expand(grammar, waiting.get(state), 1, probabilities, after);
      List<Step> here = new ArrayList<>();
      probabilities.forEach(
          (wordClass, probability) -> {
            Stack next = after.get(wordClass);
            Integer number = known.get(next);
            if (number == null) {
              number = waiting.size();
              known.put(next, number);
              waiting.add(next);
            }
            here.add(new Step(wordClass, probability, number));
          });
      if (waiting.size() > limit) {
        throw new IllegalArgumentException("more than " + limit + " stacks");
      }
      steps.add(List.copyOf(here));
    }
  }

  /** Rewrites the top of a stack until it is a terminal, in all possible ways. */
  private static void expand(
      Grammar grammar,
      Stack stack,
      double probability,
      Map<String, Double> probabilities,
      Map<String, Stack> after) {
    String top = stack.top();
    if (grammar.isTerminal(top)) {
      if (probabilities.put(top, probability) != null) {
        throw new IllegalArgumentException(
            "the grammar is not LL(1): '" + top + "' can stand there by two rules");
      }
      after.put(top, stack.below());
      return;
    }
    for (Grammar.Rule rule : grammar.rules().get(top)) {
      Stack rewritten = stack.below();
      for (int i = rule.right().size() - 1; i >= 0; i--) {
        rewritten = new Stack(rule.right().get(i), rewritten);
      }
      expand(grammar, rewritten, probability * rule.probability(), probabilities, after);
    }
  }

  /** The number of states; the first, 0, is the one before a text. */
  int size() {
    return steps.size();
  }

  /** What can come next, in the order of the rules. */
  List<Step> steps(int state) {
    return steps.get(state);
  }
}
