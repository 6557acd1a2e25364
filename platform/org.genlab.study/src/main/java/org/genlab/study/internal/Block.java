package org.genlab.study.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.genlab.runtime.config.Location;
import org.genlab.runtime.config.Node;
import org.genlab.store.UserError;

/** A map of a study file, read key by key; every mistake is reported with its place. */
public final class Block {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,18})\\.\\.(\\d{1,18})");
  private static final int MOST_SEEDS = 10_000;

  private final String name;
  private final Node.MapNode map;

  private Block(String name, Node.MapNode map) {
    this.name = name;
    this.map = map;
  }

  /**
   * @param name what this is, for messages, e.g. {@code claim 'delay'}
   * @param keys the keys it may have; null when it may have any
   */
  public static Block of(String name, Node node, List<String> keys) {
    Node.MapNode map =
        node.asMap()
            .orElseThrow(
                () -> node.error(name + " must be a map of settings, not " + node.describe()));
    if (keys != null) {
      for (String key : map.entries().keySet()) {
        if (!keys.contains(key)) {
          // {value: f(a, b)} reads as {value: f(a, 'b)': null}.
          boolean cut = map.get(key).orElseThrow() instanceof Node.Scalar v && v.isNull();
          throw map.whereKey(key)
              .error(
                  name
                      + " has no key '"
                      + key
                      + "'"
                      + (cut
                          ? "; between { } a value with commas stands in quotes, as in"
                              + " {value: \"f(a, b)\"}"
                          : Names.hint(key, keys)));
        }
      }
    }
    return new Block(name, map);
  }

  public Node.MapNode map() {
    return map;
  }

  public Location where() {
    return map.where();
  }

  public boolean has(String key) {
    return map.get(key).isPresent();
  }

  public Optional<Node> get(String key) {
    return map.get(key);
  }

  /** What must be there. */
  public Node require(String key, String example) {
    return map.get(key)
        .orElseThrow(() -> map.error(name + " needs '" + key + "', as in " + key + ": " + example));
  }

  /** A piece of text that must be there and say something. */
  public String requireText(String key, String example) {
    Node node = require(key, example);
    String text = text(key, node).strip();
    if (text.isEmpty()) {
      throw node.error("'" + key + "' of " + name + " is empty");
    }
    return text;
  }

  /** A piece of text, or nothing. */
  public String text(String key) {
    return map.get(key).map(node -> text(key, node)).orElse("").strip();
  }

  private String text(String key, Node node) {
    if (node instanceof Node.Scalar scalar) {
      return scalar.isNull() ? "" : scalar.text();
    }
    throw node.error("'" + key + "' of " + name + " must be text, not " + node.describe());
  }

  /** A whole number, or a default. */
  public int integer(String key, int byDefault) {
    Optional<Node> node = map.get(key);
    if (node.isEmpty()) {
      return byDefault;
    }
    return (int) integer("'" + key + "' of " + name, node.get(), Integer.MAX_VALUE);
  }

  private static long integer(String what, Node node, long most) {
    if (node instanceof Node.Scalar scalar) {
      try {
        long value = scalar.asNumber().map(n -> n.longValueExact()).orElse(-1L);
        if (value >= 0 && value <= most) {
          return value;
        }
      } catch (ArithmeticException e) {
        // Said below.
      }
    }
    throw node.error(what + " must be a whole number from 0, not " + node.describe());
  }

  /** A number. */
  public static double number(String what, Node node) {
    if (node instanceof Node.Scalar scalar && scalar.asDouble().isPresent()) {
      double value = scalar.asDouble().get();
      if (!Double.isNaN(value)) {
        return value;
      }
    }
    throw node.error(what + " must be a number, not " + node.describe());
  }

  /** Texts: a list of them, or a single one. */
  public List<String> texts(String key) {
    Optional<Node> node = map.get(key);
    if (node.isEmpty() || (node.get() instanceof Node.Scalar s && s.isNull())) {
      return List.of();
    }
    List<String> out = new ArrayList<>();
    for (Node element : elements(node.get())) {
      out.add(text(key, element).strip());
    }
    return List.copyOf(out);
  }

  /** The elements of a list; a single value counts as a list of one. */
  public static List<Node> elements(Node node) {
    return node instanceof Node.ListNode list ? list.elements() : List.of(node);
  }

  /** The entries of a map of blocks, by name. */
  public Map<String, Node> blocks(String key) {
    Optional<Node> node = map.get(key);
    if (node.isEmpty()) {
      return Map.of();
    }
    return new LinkedHashMap<>(of("'" + key + "'", node.get(), null).map().entries());
  }

  /** Where a key was written. */
  public Location whereKey(String key) {
    return map.whereKey(key);
  }

  /** Seeds: {@code 0}, {@code [0, 1]} or {@code 0..4}; empty when the key is missing. */
  public Optional<List<Long>> seeds(String key) {
    return map.get(key).map(Block::seeds);
  }

  private static List<Long> seeds(Node node) {
    List<Long> seeds = new ArrayList<>();
    for (Node element : elements(node)) {
      Matcher range =
          RANGE.matcher(element instanceof Node.Scalar scalar ? scalar.text().strip() : "");
      if (range.matches()) {
        long from = Long.parseLong(range.group(1));
        long to = Long.parseLong(range.group(2));
        if (to < from || to - from >= MOST_SEEDS) {
          throw element.error(
              "seeds " + from + ".." + to + " must go upwards and be at most " + MOST_SEEDS);
        }
        for (long seed = from; seed <= to; seed++) {
          seeds.add(seed);
        }
      } else {
        seeds.add(integer("a seed", element, Long.MAX_VALUE));
      }
    }
    if (seeds.isEmpty()) {
      throw node.error("there must be at least one seed, as in seeds: 0..2");
    }
    if (seeds.stream().distinct().count() != seeds.size()) {
      throw node.error("a seed is given twice; each may be given once");
    }
    return List.copyOf(seeds);
  }

  /** The user's mistake at a key of this block. */
  public UserError error(String key, String sentence) {
    return map.whereKey(key).error(sentence);
  }
}
