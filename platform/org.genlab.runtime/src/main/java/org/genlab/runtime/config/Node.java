package org.genlab.runtime.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.genlab.store.UserError;

/**
 * A piece of configuration that knows where it was written: a map, a list or a scalar. Immutable.
 * Two nodes are equal when they say the same, wherever they were written.
 */
public sealed interface Node permits Node.MapNode, Node.ListNode, Node.Scalar {
  /** Where this was written. */
  Location where();

  /** What this is, with its article: {@code a map}, {@code the number 5}. */
  String describe();

  /**
   * This node as a YAML 1.2 document, ending in a line feed. The same node always gives the same
   * text, and parsing the text gives an equal node.
   */
  default String toYaml() {
    return YamlWriter.write(this);
  }

  /** This node on one line, in YAML's flow style. */
  default String toFlow() {
    return YamlWriter.flow(this);
  }

  /** This node as a map; an empty value counts as an empty map. */
  default Optional<MapNode> asMap() {
    if (this instanceof MapNode map) {
      return Optional.of(map);
    }
    return this instanceof Scalar scalar && scalar.isNull()
        ? Optional.of(MapNode.empty(where()))
        : Optional.empty();
  }

  /** The user's mistake at this place: {@code file:line: sentence}. */
  default UserError error(String sentence) {
    return where().error(sentence);
  }

  /** A node from plain values: null, Boolean, Number, String, List, Map with String keys, Node. */
  static Node of(Object value, Location where) {
    if (value instanceof Node node) {
      return node;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Node> entries = new LinkedHashMap<>();
      map.forEach((k, v) -> entries.put((String) k, of(v, where)));
      return new MapNode(entries, where);
    }
    if (value instanceof List<?> list) {
      return new ListNode(list.stream().map(v -> of(v, where)).toList(), where);
    }
    if (value == null) {
      return new Scalar("null", false, where);
    }
    if (value instanceof String text) {
      return Scalar.text(text, where);
    }
    if (value instanceof Boolean
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Double) {
      return new Scalar(
          value instanceof Double d ? Numbers.format(d) : value.toString(), false, where);
    }
    throw new IllegalArgumentException("no configuration value: " + value.getClass().getName());
  }

  /** Names and what they are set to, in the order in which they were written. */
  final class MapNode implements Node {
    private final Map<String, Node> entries;
    private final Map<String, Location> keys;
    private final Location where;

    /** A map all of whose keys stand where their values do. */
    public MapNode(Map<String, Node> entries, Location where) {
      this(entries, Map.of(), where);
    }

    MapNode(Map<String, Node> entries, Map<String, Location> keys, Location where) {
      this.entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
      this.keys = Map.copyOf(keys);
      this.where = where;
    }

    public static MapNode empty(Location where) {
      return new MapNode(Map.of(), where);
    }

    @Override
    public Location where() {
      return where;
    }

    public Map<String, Node> entries() {
      return entries;
    }

    public Optional<Node> get(String key) {
      return Optional.ofNullable(entries.get(key));
    }

    public boolean has(String key) {
      return entries.containsKey(key);
    }

    /** Where a key of this map was written; the map's own place for a key it has not. */
    public Location whereKey(String key) {
      Location known = keys.get(key);
      if (known != null) {
        return known;
      }
      Node value = entries.get(key);
      return value == null ? where : value.where();
    }

    /** This map with a key set; a new key comes last, an old one keeps its place. */
    public MapNode with(String key, Node value) {
      Map<String, Node> next = new LinkedHashMap<>(entries);
      Map<String, Location> nextKeys = new LinkedHashMap<>(keys);
      Node before = next.put(key, value);
      if (before == null || !before.where().equals(value.where())) {
        nextKeys.put(key, value.where());
      }
      return new MapNode(next, nextKeys, where);
    }

    /** This map with entries set before all others. */
    public MapNode withFirst(Map<String, Node> first) {
      Map<String, Node> next = new LinkedHashMap<>(first);
      entries.forEach(next::putIfAbsent);
      return new MapNode(next, keys, where);
    }

    /** This map without a key. */
    public MapNode without(String key) {
      Map<String, Node> next = new LinkedHashMap<>(entries);
      next.remove(key);
      Map<String, Location> nextKeys = new LinkedHashMap<>(keys);
      nextKeys.remove(key);
      return new MapNode(next, nextKeys, where);
    }

    @Override
    public String describe() {
      return "a map";
    }

    @Override
    public boolean equals(Object other) {
      // The order counts: regularizers are composed in it.
      return other instanceof MapNode map
          && entries.equals(map.entries)
          && new ArrayList<>(entries.keySet()).equals(new ArrayList<>(map.entries.keySet()));
    }

    @Override
    public int hashCode() {
      return entries.hashCode();
    }

    @Override
    public String toString() {
      return toFlow();
    }
  }

  /** Several nodes in order. */
  final class ListNode implements Node {
    private final List<Node> elements;
    private final Location where;

    public ListNode(List<Node> elements, Location where) {
      this.elements = List.copyOf(elements);
      this.where = where;
    }

    @Override
    public Location where() {
      return where;
    }

    public List<Node> elements() {
      return elements;
    }

    @Override
    public String describe() {
      return "a list";
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ListNode list && elements.equals(list.elements);
    }

    @Override
    public int hashCode() {
      return elements.hashCode();
    }

    @Override
    public String toString() {
      return toFlow();
    }
  }

  /** A single value. Its type follows from its text, as in YAML 1.2's core schema. */
  final class Scalar implements Node {
    private static final Pattern DECIMAL =
        Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final Pattern INFINITE = Pattern.compile("[-+]?\\.(inf|Inf|INF)");
    private static final Pattern NOT_A_NUMBER = Pattern.compile("\\.(nan|NaN|NAN)");

    private final String text;
    private final boolean quoted;
    private final Location where;

    /**
     * @param text as written, without quotes and escapes
     * @param quoted whether it is text whatever it looks like
     */
    public Scalar(String text, boolean quoted, Location where) {
      this.text = text;
      this.quoted = quoted;
      this.where = where;
    }

    /** A piece of text, whatever it looks like. */
    public static Scalar text(String text, Location where) {
      return new Scalar(text, new Scalar(text, false, where).isSpecial(), where);
    }

    @Override
    public Location where() {
      return where;
    }

    /** The value as written. */
    public String text() {
      return text;
    }

    public boolean isNull() {
      return !quoted
          && (text.isEmpty()
              || text.equals("~")
              || text.equals("null")
              || text.equals("Null")
              || text.equals("NULL"));
    }

    /** Whether this is text: not empty, a number or a boolean. */
    public boolean isText() {
      return quoted || !isSpecial();
    }

    public Optional<Boolean> asBoolean() {
      if (quoted) {
        return Optional.empty();
      }
      return switch (text) {
        case "true", "True", "TRUE" -> Optional.of(true);
        case "false", "False", "FALSE" -> Optional.of(false);
        default -> Optional.empty();
      };
    }

    /** The value as a finite number without rounding; also {@code 1e4} is an integer. */
    public Optional<BigDecimal> asNumber() {
      if (quoted || !DECIMAL.matcher(text).matches()) {
        return Optional.empty();
      }
      try {
        // Expanding 1e999999999 later would take for ever.
        BigDecimal number = new BigDecimal(text);
        return Math.abs((long) number.precision() - number.scale()) > 5000
            ? Optional.empty()
            : Optional.of(number);
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }

    /** The value as a floating-point number: a number, {@code .inf}, {@code -.inf} or NaN. */
    public Optional<Double> asDouble() {
      if (!quoted && INFINITE.matcher(text).matches()) {
        return Optional.of(
            text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
      }
      if (!quoted && NOT_A_NUMBER.matcher(text).matches()) {
        return Optional.of(Double.NaN);
      }
      return asNumber().map(BigDecimal::doubleValue);
    }

    /** Whether the text would be no text without quotes. */
    boolean isSpecial() {
      Scalar plain = quoted ? new Scalar(text, false, where) : this;
      return plain.isNull()
          || plain.asBoolean().isPresent()
          || DECIMAL.matcher(text).matches()
          || INFINITE.matcher(text).matches()
          || NOT_A_NUMBER.matcher(text).matches();
    }

    boolean isQuoted() {
      return quoted;
    }

    @Override
    public String describe() {
      if (isNull()) {
        return "empty";
      }
      return isText() ? "the text '" + text + "'" : text;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Scalar scalar
          && text.equals(scalar.text)
          && isText() == scalar.isText();
    }

    @Override
    public int hashCode() {
      return Objects.hash(text, isText());
    }

    @Override
    public String toString() {
      return toFlow();
    }
  }
}
