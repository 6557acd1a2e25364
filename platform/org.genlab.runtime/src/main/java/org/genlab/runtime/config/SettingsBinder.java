package org.genlab.runtime.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.store.UserError;

/**
 * Turns configuration into settings: records whose components carry {@link Default}, {@link Range}
 * and {@link Doc}.
 *
 * <p>A component {@code trainFraction} is written {@code train-fraction}. Its type may be boolean,
 * int, long, float, double (or their classes), String, an enum, a record of settings, or a List,
 * Optional or String-keyed Map of those. An enum constant is spelt as its {@code toString()}, in
 * lower case and with hyphens for underscores. A component without a default must be given, unless
 * it is Optional.
 */
public final class SettingsBinder {
  private SettingsBinder() {}

  /**
   * Settings and how they would be written with nothing left to defaults.
   *
   * @param value the record
   * @param resolved all settings, in the order of the record's components
   */
  public record Bound<R>(R value, Node.MapNode resolved) {}

  /**
   * Binds a map to a record.
   *
   * @param type the record's class
   * @param node a map, or empty
   * @param owner whose settings these are, for messages: {@code optimizer 'adamw'}
   * @throws UserError when the configuration does not fit
   * @throws IllegalStateException when the record is no proper declaration of settings
   */
  public static <R> Bound<R> bind(Class<R> type, Node node, String owner) {
    return bind(type, node, owner, List.of());
  }

  /**
   * Binds a map to a record, when there are other names besides the record's.
   *
   * @param others names that the owner has too, for the message about an unknown one
   */
  public static <R> Bound<R> bind(Class<R> type, Node node, String owner, List<String> others) {
    Node.MapNode map =
        node.asMap()
            .orElseThrow(
                () ->
                    node.error(
                        "the settings of "
                            + owner
                            + " must be a map of names and values, not "
                            + node.describe()));
    RecordComponent[] components = components(type);
    checkNames(map, names(type), owner, others);
    Object[] values = new Object[components.length];
    Map<String, Node> resolved = new LinkedHashMap<>();
    for (int i = 0; i < components.length; i++) {
      String name = spell(components[i].getName());
      Converted converted = component(components[i], name, map, owner);
      values[i] = converted.value;
      if (converted.node != null) {
        resolved.put(name, converted.node);
      }
    }
    return new Bound<>(
        construct(type, components, values, map, owner), new Node.MapNode(resolved, map.where()));
  }

  /**
   * Throws the error for the first name in a map that is none of the owner's.
   *
   * @param others names that are allowed and checked elsewhere
   */
  public static void checkNames(
      Node.MapNode map, List<String> names, String owner, List<String> others) {
    List<String> all = new ArrayList<>(names);
    all.addAll(others);
    for (String key : map.entries().keySet()) {
      if (!names.contains(key)) {
        throw map.whereKey(key)
            .error(
                owner
                    + " has no setting '"
                    + key
                    + "'"
                    + Nearest.hint(key, all)
                    + (all.isEmpty() ? "; it has none at all" : listing(key, all)));
      }
    }
  }

  private static String listing(String key, List<String> all) {
    return Nearest.of(key, all).isPresent()
        ? " (it has " + String.join(", ", all) + ")"
        : "; it has " + String.join(", ", all);
  }

  /**
   * The user's mistake that a {@link SettingException} reports, at the place of the setting.
   *
   * @param map the settings as they were given
   * @param resolved the settings with their defaults
   */
  public static UserError explain(
      SettingException e, Node.MapNode map, Node.MapNode resolved, String owner) {
    String name = spell(e.setting());
    Optional<Node> value = map.get(name);
    String sentence = "'" + name + "' of " + owner + " ";
    if (value.isPresent()) {
      return new UserError(value.get().where() + ": " + sentence + e.getMessage(), e);
    }
    String byDefault =
        resolved.get(name).map(v -> "(" + v.toFlow() + " by default) ").orElse("(not given) ");
    return new UserError(map.where() + ": " + sentence + byDefault + e.getMessage(), e);
  }

  /** The names of a record's settings, as configuration spells them. */
  public static List<String> names(Class<?> type) {
    return Arrays.stream(components(type)).map(c -> spell(c.getName())).toList();
  }

  /**
   * Describes a record's settings for documentation.
   *
   * @throws IllegalStateException when the record is no proper declaration of settings
   */
  public static List<Setting> describe(Class<?> type) {
    List<Setting> settings = new ArrayList<>();
    for (RecordComponent c : components(type)) {
      Default byDefault = c.getAnnotation(Default.class);
      Doc doc = c.getAnnotation(Doc.class);
      Range range = c.getAnnotation(Range.class);
      Type inner = innermost(c.getGenericType());
      boolean nested = inner instanceof Class<?> k && k.isRecord();
      settings.add(
          new Setting(
              spell(c.getName()),
              inWords(c.getGenericType(), c),
              range == null ? "" : inWords(range),
              Optional.ofNullable(byDefault).map(Default::value),
              byDefault != null || raw(c.getGenericType()) == Optional.class,
              doc == null ? "" : doc.value(),
              nested ? describe((Class<?>) inner) : List.of()));
    }
    return settings;
  }

  /** How configuration spells the name of a record component: {@code train-fraction}. */
  public static String spell(String component) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < component.length(); i++) {
      char c = component.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        boolean afterCapital =
            i > 0 && component.charAt(i - 1) >= 'A' && component.charAt(i - 1) <= 'Z';
        if (i > 0 && !afterCapital) {
          out.append('-');
        }
        out.append((char) (c - 'A' + 'a'));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** How configuration spells an enum constant. */
  public static String spell(Enum<?> constant) {
    return constant.toString().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Converted component(
      RecordComponent component, String name, Node.MapNode map, String owner) {
    String subject = "'" + name + "' of " + owner;
    Default byDefault = component.getAnnotation(Default.class);
    Context context = new Context(subject, component.getAnnotation(Range.class), component);
    Optional<Node> given = map.get(name);
    boolean optional = raw(component.getGenericType()) == Optional.class;
    if (given.isPresent()) {
      return context.convert(component.getGenericType(), given.get());
    }
    if (byDefault != null) {
      try {
        return context.convert(component.getGenericType(), defaultNode(component, byDefault));
      } catch (UserError e) {
        // Not the user's: the declaration contradicts itself.
        throw new IllegalStateException(e.getMessage(), e);
      }
    }
    if (optional) {
      return new Converted(Optional.empty(), null);
    }
    Doc doc = component.getAnnotation(Doc.class);
    throw map.error(
        owner
            + " needs '"
            + name
            + "' ("
            + requirement(component)
            + ")"
            + (doc == null ? "" : ": " + doc.value()));
  }

  private static Node defaultNode(RecordComponent component, Default byDefault) {
    Location where =
        Location.of(
            "the default of '"
                + spell(component.getName())
                + "' in "
                + component.getDeclaringRecord().getName());
    if (component.getType() == String.class) {
      Node node = Yaml.parse(byDefault.value(), where);
      boolean empty = node instanceof Node.Scalar scalar && scalar.isNull();
      return empty ? new Node.Scalar("", true, where) : node;
    }
    return Yaml.parse(byDefault.value(), where);
  }

  private static String requirement(RecordComponent component) {
    Range range = component.getAnnotation(Range.class);
    return inWords(component.getGenericType(), component)
        + (range == null ? "" : " " + inWords(range));
  }

  private static RecordComponent[] components(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    if (components == null) {
      throw new IllegalStateException(type.getName() + " declares settings but is no record");
    }
    return components;
  }

  private static <R> R construct(
      Class<R> type,
      RecordComponent[] components,
      Object[] values,
      Node.MapNode map,
      String owner) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<R> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof SettingException problem) {
        throw explain(problem, map, resolved(components, values, map.where()), owner);
      }
      if (e.getCause() instanceof IllegalArgumentException problem) {
        throw new UserError(
            map.where() + ": the settings of " + owner + " do not fit: " + problem.getMessage(), e);
      }
      throw new IllegalStateException(
          "the settings record " + type.getName() + " failed: " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a " + type.getName() + ": " + e, e);
    }
  }

  private static Node.MapNode resolved(
      RecordComponent[] components, Object[] values, Location where) {
    Map<String, Node> nodes = new LinkedHashMap<>();
    for (int i = 0; i < components.length; i++) {
      Object value = values[i];
      if (value instanceof Enum<?> constant) {
        nodes.put(spell(components[i].getName()), Node.of(spell(constant), where));
      } else if (value instanceof Float number) {
        nodes.put(spell(components[i].getName()), new Node.Scalar(number.toString(), false, where));
      } else if (value instanceof Number || value instanceof Boolean || value instanceof String) {
        nodes.put(spell(components[i].getName()), Node.of(value, where));
      }
    }
    return new Node.MapNode(nodes, where);
  }

  private static Class<?> raw(Type type) {
    return type instanceof ParameterizedType p ? (Class<?>) p.getRawType() : asClass(type);
  }

  private static Class<?> asClass(Type type) {
    if (type instanceof Class<?> c) {
      return c;
    }
    throw new IllegalStateException("a setting cannot have the type " + type.getTypeName());
  }

  private static Type argument(Type type, int index) {
    if (type instanceof ParameterizedType p) {
      return p.getActualTypeArguments()[index];
    }
    throw new IllegalStateException(
        "a setting cannot have the raw type " + type.getTypeName() + "; say of what");
  }

  private static Type innermost(Type type) {
    Class<?> raw = raw(type);
    if (raw == Optional.class || raw == List.class) {
      return innermost(argument(type, 0));
    }
    return raw == Map.class ? innermost(argument(type, 1)) : type;
  }

  private static String inWords(Type type, RecordComponent component) {
    Class<?> raw = raw(type);
    if (raw == Optional.class) {
      return inWords(argument(type, 0), component);
    }
    if (raw == List.class) {
      return "list of " + inWords(argument(type, 0), component);
    }
    if (raw == Map.class) {
      return "map from names to " + inWords(argument(type, 1), component);
    }
    if (raw.isEnum()) {
      return "one of " + String.join(", ", spellings(raw));
    }
    if (raw.isRecord()) {
      return "map of settings";
    }
    if (raw == String.class) {
      return "text";
    }
    if (raw == boolean.class || raw == Boolean.class) {
      return "true or false";
    }
    if (isInteger(raw)) {
      return "integer";
    }
    if (isDecimal(raw)) {
      return "number";
    }
    throw new IllegalStateException(
        "setting '"
            + component.getName()
            + "' of "
            + component.getDeclaringRecord().getName()
            + " has a type that settings cannot have: "
            + type.getTypeName());
  }

  private static boolean isInteger(Class<?> type) {
    return type == int.class || type == long.class || type == Integer.class || type == Long.class;
  }

  private static boolean isDecimal(Class<?> type) {
    return type == double.class
        || type == float.class
        || type == Double.class
        || type == Float.class;
  }

  private static List<String> spellings(Class<?> type) {
    return Arrays.stream(type.getEnumConstants()).map(c -> spell((Enum<?>) c)).toList();
  }

  /** A range in words, to follow "must be": {@code above 0 and at most 1}. */
  static String inWords(Range range) {
    boolean hasMin = range.min() != Double.NEGATIVE_INFINITY;
    boolean hasMax = range.max() != Double.POSITIVE_INFINITY;
    if (hasMin && hasMax && !range.minExclusive() && !range.maxExclusive()) {
      return "from " + Numbers.format(range.min()) + " to " + Numbers.format(range.max());
    }
    List<String> parts = new ArrayList<>();
    if (hasMin) {
      parts.add((range.minExclusive() ? "above " : "at least ") + Numbers.format(range.min()));
    }
    if (hasMax) {
      parts.add((range.maxExclusive() ? "below " : "at most ") + Numbers.format(range.max()));
    }
    return String.join(" and ", parts);
  }

  /** A value and how it is written; no node when it is not written at all. */
  private record Converted(Object value, Node node) {}

  /** What is bound, for messages, and the range its numbers must lie in. */
  private record Context(String subject, Range range, RecordComponent component) {

    Converted convert(Type type, Node node) {
      Class<?> raw = raw(type);
      if (raw == Optional.class) {
        if (node instanceof Node.Scalar scalar && scalar.isNull()) {
          return new Converted(Optional.empty(), null);
        }
        Converted inner = convert(argument(type, 0), node);
        return new Converted(Optional.of(inner.value), inner.node);
      }
      if (raw == List.class) {
        return list(argument(type, 0), node);
      }
      if (raw == Map.class) {
        return map(argument(type, 1), node);
      }
      if (raw.isRecord()) {
        Bound<?> bound = bind(raw, node, subject);
        return new Converted(bound.value, bound.resolved);
      }
      if (!(node instanceof Node.Scalar scalar) || scalar.isNull()) {
        throw wrong(type, node);
      }
      if (raw.isEnum()) {
        return constant(raw, scalar);
      }
      if (raw == String.class) {
        return new Converted(scalar.text(), Node.Scalar.text(scalar.text(), node.where()));
      }
      if (raw == boolean.class || raw == Boolean.class) {
        boolean value = scalar.asBoolean().orElseThrow(() -> wrong(type, node));
        return new Converted(value, Node.of(value, node.where()));
      }
      if (isInteger(raw)) {
        return integer(raw, scalar);
      }
      if (isDecimal(raw)) {
        return decimal(raw, scalar);
      }
      throw new IllegalStateException(inWords(type, component));
    }

    private Converted list(Type element, Node node) {
      if (!(node instanceof Node.ListNode list)) {
        throw node.error(subject + " must be a list, as in [a, b], not " + node.describe());
      }
      List<Object> values = new ArrayList<>();
      List<Node> nodes = new ArrayList<>();
      for (Node n : list.elements()) {
        Converted converted = convert(element, n);
        values.add(converted.value);
        nodes.add(converted.node);
      }
      return new Converted(List.copyOf(values), new Node.ListNode(nodes, node.where()));
    }

    private Converted map(Type element, Node node) {
      Node.MapNode map =
          node.asMap()
              .orElseThrow(
                  () ->
                      node.error(subject + " must be a map, as in {a: 1}, not " + node.describe()));
      Map<String, Object> values = new LinkedHashMap<>();
      Map<String, Node> nodes = new LinkedHashMap<>();
      map.entries()
          .forEach(
              (key, n) -> {
                Converted converted =
                    new Context("'" + key + "' in " + subject, range, component)
                        .convert(element, n);
                values.put(key, converted.value);
                nodes.put(key, converted.node);
              });
      return new Converted(
          Collections.unmodifiableMap(values), new Node.MapNode(nodes, node.where()));
    }

    private Converted constant(Class<?> type, Node.Scalar scalar) {
      for (Object c : type.getEnumConstants()) {
        if (spell((Enum<?>) c).equals(scalar.text())) {
          return new Converted(c, Node.Scalar.text(scalar.text(), scalar.where()));
        }
      }
      List<String> all = spellings(type);
      throw scalar.error(
          subject
              + " must be one of "
              + String.join(", ", all)
              + ", not '"
              + scalar.text()
              + "'"
              + Nearest.hint(scalar.text(), all));
    }

    private Converted integer(Class<?> type, Node.Scalar scalar) {
      BigDecimal number = scalar.asNumber().orElseThrow(() -> wrong(type, scalar));
      boolean whole = number.stripTrailingZeros().scale() <= 0;
      if (!whole) {
        throw wrong(type, scalar);
      }
      checkRange(number.doubleValue(), scalar);
      long min = type == int.class || type == Integer.class ? Integer.MIN_VALUE : Long.MIN_VALUE;
      long max = type == int.class || type == Integer.class ? Integer.MAX_VALUE : Long.MAX_VALUE;
      if (number.compareTo(BigDecimal.valueOf(min)) < 0
          || number.compareTo(BigDecimal.valueOf(max)) > 0) {
        throw scalar.error(
            subject + " must be from " + min + " to " + max + ", not " + scalar.text());
      }
      long value = number.longValueExact();
      boolean small = type == int.class || type == Integer.class;
      Object boxed = small ? (Object) (int) value : (Object) value;
      return new Converted(boxed, Node.of(value, scalar.where()));
    }

    private Converted decimal(Class<?> type, Node.Scalar scalar) {
      double value = scalar.asDouble().orElseThrow(() -> wrong(type, scalar));
      boolean written = scalar.asNumber().isPresent();
      boolean small = type == float.class || type == Float.class;
      if (Double.isNaN(value)
          || (written && (small ? Float.isInfinite((float) value) : Double.isInfinite(value)))) {
        throw wrong(type, scalar);
      }
      checkRange(value, scalar);
      Object boxed = small ? (Object) (float) value : (Object) value;
      return new Converted(boxed, Node.of(value, scalar.where()));
    }

    private void checkRange(double value, Node.Scalar scalar) {
      if (range != null
          && !(value >= range.min()
              && value <= range.max()
              && !(range.minExclusive() && value == range.min())
              && !(range.maxExclusive() && value == range.max()))) {
        throw scalar.error(subject + " must be " + inWords(range) + ", not " + scalar.text());
      }
    }

    private UserError wrong(Type type, Node node) {
      String expected =
          switch (inWords(type, component)) {
            case "integer" -> "an integer";
            case "number" -> "a number";
            case "text" -> "text";
            default -> inWords(type, component);
          };
      return node.error(
          subject
              + " must be "
              + expected
              + (range == null ? "" : " " + inWords(range))
              + ", not "
              + node.describe());
    }
  }
}
