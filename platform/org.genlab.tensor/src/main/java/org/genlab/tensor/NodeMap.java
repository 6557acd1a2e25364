package org.genlab.tensor;

/**
 * Values of nodes. Nodes of a graph have numbers that follow each other, so nearly each stands
 * where its number says, and a lookup is one comparison: a pass over a small network makes hundreds
 * of them, and with general maps they take as long as its kernels.
 *
 * @param <V> of the values; null stands for none
 */
final class NodeMap<V> {
  private static final int LEAST = 16;

  private Node[] keys;
  private Object[] values;
  private int size;

  /**
   * @param expected how many nodes there will be, about
   */
  NodeMap(int expected) {
    int capacity = Math.max(LEAST, Integer.highestOneBit(Math.max(1, expected - 1)) << 2);
    keys = new Node[capacity];
    values = new Object[capacity];
  }

  /** Where a node stands, or else the free place where it would. */
  private static int place(Node[] keys, Node node) {
    int mask = keys.length - 1;
    int place = (int) node.id & mask;
    while (keys[place] != null && keys[place] != node) {
      place = (place + 1) & mask;
    }
    return place;
  }

  /** The value of a node, or null; the node may be null, too. */
  @SuppressWarnings("unchecked")
  V get(Node node) {
    return node == null ? null : (V) values[place(keys, node)];
  }

  /** Whether a node has a value. */
  boolean has(Node node) {
    return get(node) != null;
  }

  /** Gives a node a value, or with null takes it away. Returns the one before. */
  @SuppressWarnings("unchecked")
  V put(Node node, V value) {
    int place = place(keys, node);
    V before = (V) values[place];
    values[place] = value;
    if (keys[place] == null) {
      keys[place] = node;
      if (2 * ++size > keys.length) {
        grow();
      }
    }
    return before;
  }

  private void grow() {
    Node[] oldKeys = keys;
    Object[] oldValues = values;
    keys = new Node[2 * oldKeys.length];
    values = new Object[2 * oldKeys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != null) {
        int place = place(keys, oldKeys[i]);
        keys[place] = oldKeys[i];
        values[place] = oldValues[i];
      }
    }
  }
}
