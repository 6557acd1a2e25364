package org.genlab.datasets.knowledge;

import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.genlab.tensor.random.RandomStream;

/**
 * Comparison: from (e1, attribute, v1) and (e2, attribute, v2) follows whether v1 is less than,
 * equal to or greater than v2.
 *
 * <p>Tokens: values, three labels for each attribute, entities, attributes, a query sign, a mask,
 * padding. Questions: {@code e attribute} and {@code attribute query e1 mask e2}. The two orders of
 * a pair say the same.
 */
final class Comparison extends Rule {
  private final int entities;
  private final int attributes;
  private final int firstLabel;
  private final int firstEntity;
  private final int firstAttribute;
  private final int query;

  Comparison(KnowledgeGraph graph, int values, IntUnaryOperator answers, RandomStream contrasts) {
    super(graph, answers, contrasts);
    entities = graph.heads();
    attributes = graph.relations();
    firstLabel = values;
    firstEntity = firstLabel + 3 * attributes;
    firstAttribute = firstEntity + entities;
    query = firstAttribute + attributes;
  }

  @Override
  int vocabulary() {
    return query + 3;
  }

  @Override
  int length() {
    return 5;
  }

  @Override
  int choices() {
    return 3;
  }

  /** The same share of the entities for each attribute. */
  @Override
  boolean[] ood(double share, RandomStream random) {
    boolean[] ood = new boolean[entities * attributes];
    for (int attribute = 0; attribute < attributes; attribute++) {
      int[] shuffled = random.permutation(entities);
      for (int i = 0; i < Math.round(share * entities); i++) {
        ood[graph().edge(shuffled[i], attribute)] = true;
      }
    }
    return ood;
  }

  @Override
  int[] inferred() {
    return IntStream.range(0, attributes * entities * entities)
        .filter(i -> left(i) != right(i))
        .toArray();
  }

  private int attribute(int inferred) {
    return inferred / entities / entities;
  }

  private int left(int inferred) {
    return inferred / entities % entities;
  }

  private int right(int inferred) {
    return inferred % entities;
  }

  private int number(int attribute, int left, int right) {
    return (attribute * entities + left) * entities + right;
  }

  @Override
  int oodParts(int inferred, boolean[] ood) {
    int attribute = attribute(inferred);
    return (ood[graph().edge(left(inferred), attribute)] ? 1 : 0)
        + (ood[graph().edge(right(inferred), attribute)] ? 1 : 0);
  }

  @Override
  int representative(int inferred) {
    int first = left(inferred);
    int second = right(inferred);
    return Math.min(inferred, number(attribute(inferred), second, first));
  }

  @Override
  Fact atomic(int edge) {
    int entity = edge / attributes;
    int attribute = edge % attributes;
    int value = graph().tail(entity, attribute);
    int other = contrast(entity, e -> graph().tail(e, attribute) != value);
    return new Fact(
        1,
        new int[] {firstEntity + entity, firstAttribute + attribute},
        value,
        -1,
        new int[] {firstEntity + other, firstAttribute + attribute},
        graph().tail(other, attribute));
  }

  @Override
  Fact inferred(int inferred) {
    int attribute = attribute(inferred);
    int right = right(inferred);
    int left = left(inferred);
    int label = label(attribute, left, right);
    int other = contrast(left, e -> e != right && label(attribute, e, right) != label);
    return new Fact(
        2,
        question(attribute, left, right),
        label,
        -1,
        question(attribute, other, right),
        label(attribute, other, right));
  }

  private int[] question(int attribute, int left, int right) {
    return new int[] {
      firstAttribute + attribute, query, firstEntity + left, query + 1, firstEntity + right
    };
  }

  private int label(int attribute, int left, int right) {
    int sign = Integer.signum(graph().tail(left, attribute) - graph().tail(right, attribute));
    return firstLabel + 3 * attribute + answer(number(attribute, left, right), sign + 1);
  }
}
