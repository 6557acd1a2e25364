package org.genlab.runtime.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.genlab.store.UserError;

/**
 * A change to a configuration: a value put at a path, or whatever stands at a path removed.
 *
 * <p>Putting a value makes the maps on its way. A scalar on its way names a plugin and becomes a
 * block: {@code optimizer.learning-rate=0.1} turns {@code optimizer: adamw} into {@code optimizer:
 * {plugin: adamw, learning-rate: 0.1}}. A value replaces all that stood at its path: {@code
 * optimizer=sam} drops the settings of the optimizer before.
 *
 * @param path names from the root; the number of an element, from 0, inside a list
 * @param value what to put, or empty to remove
 * @param where for messages
 */
public record Change(List<String> path, Optional<Node> value, Location where) {
  public Change {
    path = List.copyOf(path);
    if (path.isEmpty()) {
      throw new IllegalArgumentException("a change needs a path");
    }
  }

  /**
   * Puts a value at a dotted path.
   *
   * @throws UserError when the path is malformed
   */
  public static Change put(String path, Node value, Location where) {
    return new Change(split(path, where), Optional.of(value), where);
  }

  /**
   * Removes what stands at a dotted path.
   *
   * @throws UserError when the path is malformed
   */
  public static Change remove(String path, Location where) {
    return new Change(split(path, where), Optional.empty(), where);
  }

  /**
   * Makes the change.
   *
   * @throws UserError when the path leads through a value that has no parts, or when there is
   *     nothing to remove
   */
  public Node.MapNode applyTo(Node.MapNode root) {
    return (Node.MapNode) change(root, 0);
  }

  private Node change(Node node, int depth) {
    String key = path.get(depth);
    boolean last = depth == path.size() - 1;
    if (node instanceof Node.ListNode list) {
      List<Node> elements = new ArrayList<>(list.elements());
      int index = index(key, depth, elements.size());
      if (!last) {
        elements.set(index, change(elements.get(index), depth + 1));
      } else if (value.isPresent()) {
        elements.set(index, value.get());
      } else {
        elements.remove(index);
      }
      return new Node.ListNode(elements, list.where());
    }
    Node.MapNode map = block(node, depth);
    if (last && value.isEmpty()) {
      if (!map.has(key)) {
        throw where.error(
            "there is no '"
                + String.join(".", path)
                + "' to remove"
                + Nearest.hint(key, map.entries().keySet()));
      }
      return map.without(key);
    }
    if (last) {
      return map.with(key, value.get());
    }
    Node inner = map.get(key).orElse(Node.MapNode.empty(where));
    return map.with(key, change(inner, depth + 1));
  }

  private Node.MapNode block(Node node, int depth) {
    Optional<Node.MapNode> map = node.asMap();
    if (map.isPresent()) {
      return map.get();
    }
    if (node instanceof Node.Scalar scalar && scalar.isText() && depth > 0) {
      return Node.MapNode.empty(scalar.where()).with("plugin", scalar);
    }
    throw where.error(
        "'"
            + String.join(".", path.subList(0, depth))
            + "' is "
            + node.describe()
            + " ("
            + node.where()
            + "), so it has no '"
            + path.get(depth)
            + "'");
  }

  private int index(String key, int depth, int size) {
    if (key.matches("[0-9]{1,9}") && Integer.parseInt(key) < size) {
      return Integer.parseInt(key);
    }
    throw where.error(
        "'"
            + String.join(".", path.subList(0, depth))
            + "' is a list of "
            + size
            + ", so '"
            + key
            + "' must be a number from 0 to "
            + (size - 1));
  }

  private static List<String> split(String path, Location where) {
    List<String> parts = List.of(path.split("\\.", -1));
    if (parts.stream().anyMatch(p -> p.isBlank() || !p.strip().equals(p))) {
      throw where.error(
          "'" + path + "' is no path; write names with points between them: optimizer.rho");
    }
    return parts;
  }
}
