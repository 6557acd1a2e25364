package org.genlab.datasets.knowledge;

import java.util.Arrays;
import org.genlab.tensor.random.RandomStream;

/**
 * A directed graph whose edges carry relations: the atomic facts (head, relation, tail). A head has
 * at most one tail for each relation.
 */
final class KnowledgeGraph {
  private final int relations;
  private final int[] tails;

  private KnowledgeGraph(int relations, int... tails) {
    this.relations = relations;
    this.tails = tails;
  }

  /**
   * A random graph: each head has {@code degree} distinct relations, uniformly chosen, and a
   * uniformly chosen tail for each.
   *
   * @param heads number of heads
   * @param tails number of things that can be a tail, 0 ... tails-1
   */
  static KnowledgeGraph random(
      int heads, int relations, int degree, int tails, RandomStream random) {
    int[] table = new int[heads * relations];
    Arrays.fill(table, -1);
    for (int head = 0; head < heads; head++) {
      int[] order = random.permutation(relations);
      for (int i = 0; i < degree; i++) {
        table[head * relations + order[i]] = random.nextInt(tails);
      }
    }
    return new KnowledgeGraph(relations, table);
  }

  int heads() {
    return tails.length / relations;
  }

  int relations() {
    return relations;
  }

  /** The tail of a head's relation, or -1 when the head has no such relation. */
  int tail(int head, int relation) {
    return tails[head * relations + relation];
  }

  /** The number of an edge, in [0, heads * relations). */
  int edge(int head, int relation) {
    return head * relations + relation;
  }

  /** The numbers of all edges, ascending: by head, then by relation. */
  int[] edges() {
    int[] all = new int[tails.length];
    int n = 0;
    for (int edge = 0; edge < tails.length; edge++) {
      if (tails[edge] >= 0) {
        all[n++] = edge;
      }
    }
    return Arrays.copyOf(all, n);
  }
}
