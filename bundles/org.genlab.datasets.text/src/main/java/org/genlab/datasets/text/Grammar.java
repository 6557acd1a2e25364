package org.genlab.datasets.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A probabilistic context-free grammar: for each nonterminal, rules whose probabilities add up to
 * 1. Whatever has no rules is a terminal, here a class of words.
 *
 * @param start the nonterminal that a text is derived from
 * @param rules of each nonterminal
 */
record Grammar(String start, Map<String, List<Rule>> rules) {
  /** The full stop: the only word of its class. */
  static final String END = "end";

  /** The class of names, of which a document uses few again and again. */
  static final String NAME = "name";

  private static final String TEXT = "text";
  private static final double ADJECTIVE = 0.25;
  private static final double NAMED = 0.3;

  /**
   * A way to rewrite a nonterminal.
   *
   * @param probability in (0, 1]
   * @param right what it becomes; nothing for an empty rule
   */
  record Rule(double probability, List<String> right) {
    static Rule of(double probability, String... right) {
      return new Rule(probability, List.of(right));
    }
  }

  boolean isTerminal(String symbol) {
    return !rules.containsKey(symbol);
  }

  /**
   * The grammar of {@link PcfgText}: sentence after sentence of nested clauses in which verbs agree
   * with the head noun of their subject.
   *
   * <pre>
   *   text        = clause(D) end text
   *   clause(d)   = det subject(d) | name predicate(0, d)
   *   subject(d)  = adj subject(d) | noun(a) modifier(d) predicate(a, d)
   *   object(d)   = det head(d) | name
   *   head(d)     = adj head(d) | noun(a) modifier(d)
   *   modifier(d) = nothing | prep object(d-1) | rel relative(a, d-1)       nothing at d = 0
   *   relative(a, d) = predicate(a, d) | inner(d)
   *   inner(d)    = det innersubject(d) | name transitive(0)
   *   innersubject(d) = adj innersubject(d) | noun(b) modifier(d) transitive(b)
   *   predicate(a, d) = intransitive(a) | transitive(a) object(d) | reporting(a) rel clause(d-1)
   * </pre>
   *
   * <p>The next class of words always tells which rule was used: the grammar is LL(1).
   *
   * @param agreement number of classes of nouns, each with verbs of its own
   * @param depth D, how deep clauses and noun phrases are nested
   * @param recursion probability that a noun is modified, and of a clause as complement
   * @param names whether there are names
   */
  static Grammar sentences(int agreement, int depth, double recursion, boolean names) {
    Map<String, List<Rule>> rules = new LinkedHashMap<>();
    rules.put(TEXT, List.of(Rule.of(1, "clause." + depth, END, TEXT)));
    for (int d = 0; d <= depth; d++) {
      boolean nested = d > 0 && recursion > 0;
      rules.put(
          "clause." + d,
          named(names, List.of("det", "subject." + d), List.of(NAME, "predicate.0." + d)));
      rules.put("object." + d, named(names, List.of("det", "head." + d), List.of(NAME)));
      rules.put(
          "inner." + d,
          named(names, List.of("det", "innersubject." + d), List.of(NAME, "transitive.0")));
      List<Rule> subject = new ArrayList<>(List.of(Rule.of(ADJECTIVE, "adj", "subject." + d)));
      List<Rule> head = new ArrayList<>(List.of(Rule.of(ADJECTIVE, "adj", "head." + d)));
      List<Rule> inner = new ArrayList<>(List.of(Rule.of(ADJECTIVE, "adj", "innersubject." + d)));
      double each = (1 - ADJECTIVE) / agreement;
      for (int a = 0; a < agreement; a++) {
        String noun = "noun." + a;
        String modifier = "modifier." + a + "." + d;
        String predicate = "predicate." + a + "." + d;
        subject.add(Rule.of(each, noun, modifier, predicate));
        head.add(Rule.of(each, noun, modifier));
        inner.add(Rule.of(each, noun, modifier, "transitive." + a));
        if (nested) {
          String relative = "relative." + a + "." + (d - 1);
          rules.put(
              modifier,
              positive(
                  Rule.of(1 - recursion),
                  Rule.of(recursion / 2, "prep", "object." + (d - 1)),
                  Rule.of(recursion / 2, "rel", relative)));
          rules.put(
              predicate,
              positive(
                  Rule.of((1 - recursion / 2) / 2, "intransitive." + a),
                  Rule.of((1 - recursion / 2) / 2, "transitive." + a, "object." + d),
                  Rule.of(recursion / 2, "reporting." + a, "rel", "clause." + (d - 1))));
        } else {
          rules.put(modifier, List.of(Rule.of(1)));
          rules.put(
              predicate,
              List.of(
                  Rule.of(0.5, "intransitive." + a),
                  Rule.of(0.5, "transitive." + a, "object." + d)));
        }
        rules.put(
            "relative." + a + "." + d,
            List.of(Rule.of(0.5, predicate), Rule.of(0.5, "inner." + d)));
      }
      rules.put("subject." + d, subject);
      rules.put("head." + d, head);
      rules.put("innersubject." + d, inner);
    }
    return new Grammar(TEXT, rules);
  }

  private static List<Rule> named(boolean names, List<String> plain, List<String> name) {
    return names
        ? List.of(new Rule(1 - NAMED, plain), new Rule(NAMED, name))
        : List.of(new Rule(1, plain));
  }

  private static List<Rule> positive(Rule... rules) {
    return List.of(rules).stream().filter(rule -> rule.probability() > 0).toList();
  }
}
