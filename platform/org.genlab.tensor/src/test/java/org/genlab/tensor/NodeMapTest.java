package org.genlab.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

/** Against the map of the Java library. */
class NodeMapTest {
  @Test
  void agreesWithAHashMap() {
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      Node node = new Node.Leaf(Shape.of(1));
      // Gaps, so that numbers meet in the same places.
      if (i % 3 != 1) {
        nodes.add(node);
      }
    }
    RandomStream random = RandomStream.of(1, "nodes");
    NodeMap<Integer> map = new NodeMap<>(4);
    Map<Node, Integer> expected = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      Node node = nodes.get(random.nextInt(Math.min(nodes.size(), 1 + i / 20)));
      Integer value = random.nextInt(4) == 0 ? null : i;
      Integer before = value == null ? expected.remove(node) : expected.put(node, value);
      assertEquals(before, map.put(node, value));
      Node other = nodes.get(random.nextInt(nodes.size()));
      assertEquals(expected.get(other), map.get(other));
      assertEquals(expected.containsKey(other), map.has(other));
    }
  }

  @Test
  void knowsNothingOfNoNode() {
    NodeMap<Integer> map = new NodeMap<>(0);
    assertNull(map.get(null));
    assertFalse(map.has(null));
  }
}
