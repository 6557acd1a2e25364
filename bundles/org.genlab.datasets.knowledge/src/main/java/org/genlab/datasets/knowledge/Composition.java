package org.genlab.datasets.knowledge;

import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.genlab.tensor.random.RandomStream;

/**
 * Two hops: from (h, r1, b) and (b, r2, t) follows (h, r1, r2, t).
 *
 * <p>Tokens: entities, relations, padding. Questions: {@code h r} and {@code h r1 r2}.
 */
final class Composition extends Rule {
  private final int entities;
  private final int relations;

  Composition(KnowledgeGraph graph, IntUnaryOperator answers, RandomStream contrasts) {
    super(graph, answers, contrasts);
    this.entities = graph.heads();
    this.relations = graph.relations();
  }

  @Override
  int vocabulary() {
    return entities + relations + 1;
  }

  @Override
  int length() {
    return 3;
  }

  @Override
  int choices() {
    return entities;
  }

  /** Any of the atomic facts. */
  @Override
  boolean[] ood(double share, RandomStream random) {
    int[] edges = graph().edges();
    int[] shuffled = random.permutation(edges.length);
    boolean[] ood = new boolean[entities * relations];
    for (int i = 0; i < Math.round(share * edges.length); i++) {
      ood[edges[shuffled[i]]] = true;
    }
    return ood;
  }

  @Override
  int[] inferred() {
    return IntStream.of(graph().edges())
        .flatMap(
            first ->
                IntStream.range(0, relations)
                    .filter(r -> graph().tail(bridge(first), r) >= 0)
                    .map(r -> first * relations + r))
        .toArray();
  }

  private int bridge(int edge) {
    return graph().tail(edge / relations, edge % relations);
  }

  @Override
  int oodParts(int inferred, boolean[] ood) {
    int first = inferred / relations;
    int second = graph().edge(bridge(first), inferred % relations);
    return (ood[first] ? 1 : 0) + (ood[second] ? 1 : 0);
  }

  private int token(int relation) {
    return entities + relation;
  }

  @Override
  Fact atomic(int edge) {
    int head = edge / relations;
    int relation = edge % relations;
    int tail = graph().tail(head, relation);
    int other =
        contrast(head, h -> graph().tail(h, relation) >= 0 && graph().tail(h, relation) != tail);
    return new Fact(
        1,
        new int[] {head, token(relation)},
        tail,
        -1,
        new int[] {other, token(relation)},
        graph().tail(other, relation));
  }

  @Override
  Fact inferred(int inferred) {
    int head = inferred / relations / relations;
    int first = inferred / relations % relations;
    int second = inferred % relations;
    int answer = answer(head, first, second);
    int other =
        contrast(
            head,
            h -> {
              int reached = answer(h, first, second);
              return reached >= 0 && reached != answer;
            });
    return new Fact(
        2,
        new int[] {head, token(first), token(second)},
        answer,
        graph().tail(head, first),
        new int[] {other, token(first), token(second)},
        answer(other, first, second));
  }

  /** The answer, or -1 where one of the two hops does not exist. */
  private int answer(int head, int first, int second) {
    int bridge = graph().tail(head, first);
    int tail = bridge < 0 ? -1 : graph().tail(bridge, second);
    return tail < 0 ? -1 : answer(graph().edge(head, first) * relations + second, tail);
  }
}
