package org.genlab.runtime.internal.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.genlab.api.Kind;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.State;
import org.genlab.runtime.engine.RunPlan;
import org.genlab.runtime.plugins.Revision;
import org.genlab.tensor.Tensor;

/**
 * What goes over from the modules before a swap to those after it: whatever both sides know, and
 * nothing else.
 *
 * <ul>
 *   <li><b>Dataset</b>: nothing; the new one must have the same spec.
 *   <li><b>Architecture</b>: each parameter that the new network has with the same name and shape;
 *       the others are drawn, as at the beginning of a run. Buffers, when all parameters are the
 *       same; what a network learns in one go is learned again when architecture or dataset change.
 *   <li><b>Optimizer</b>: each entry of the new one's initial state takes the value of the old
 *       entry with the same name and shape; arrays with a value for each parameter are taken over
 *       parameter by parameter. Optimizers that are wrapped keep their state when they are wrapped
 *       in another way: the state under the name of a wrapped optimizer comes from the old one of
 *       the same id, else from the innermost that is left over. An optimizer of which only settings
 *       change keeps all of its state. The same holds for the other models of a procedure, by the
 *       names of the entries.
 *   <li><b>Regularizers, metrics, procedure</b>: the slots of each plugin of the same path and id.
 *       Another procedure begins anew: it prepares its first step, and of the models only the main
 *       one is left.
 * </ul>
 */
final class CarryOver {
  private final RunPlan before;
  private final RunPlan after;
  private final List<Revision> old;
  private final List<Revision> now;

  CarryOver(RunPlan before, List<Revision> old, RunPlan after, List<Revision> now) {
    this.before = before;
    this.after = after;
    this.old = List.copyOf(old);
    this.now = List.copyOf(now);
  }

  /** Whether the plugin at a path keeps what it remembers. */
  boolean keepsSlots(String path) {
    return id(old, path).isPresent() && id(old, path).equals(id(now, path));
  }

  private static Optional<String> id(List<Revision> revisions, String path) {
    return revisions.stream().filter(r -> r.path().equals(path)).map(Revision::id).findFirst();
  }

  /** Whether neither the plugins at a path and below it nor their settings change. */
  boolean isUnchanged(String path) {
    return samePlugins(path)
        && under(path, before.settings()).equals(under(path, after.settings()));
  }

  /** Whether the plugins at a path and below it are the same revisions. */
  boolean samePlugins(String path) {
    SortedMap<String, Revision> a = at(path, old);
    SortedMap<String, Revision> b = at(path, now);
    return a.keySet().equals(b.keySet())
        && a.keySet().stream().allMatch(p -> a.get(p).isSame(b.get(p)));
  }

  private static SortedMap<String, Revision> at(String path, List<Revision> revisions) {
    SortedMap<String, Revision> at = new TreeMap<>();
    for (Revision revision : revisions) {
      if (isAt(path, revision.path())) {
        at.put(revision.path(), revision);
      }
    }
    return at;
  }

  private static Map<String, Object> under(String path, Map<String, Object> settings) {
    Map<String, Object> under = new LinkedHashMap<>();
    settings.forEach(
        (name, value) -> {
          if (isAt(path, name)) {
            under.put(name, value);
          }
        });
    return under;
  }

  private static boolean isAt(String path, String name) {
    return name.equals(path) || name.startsWith(path + ".");
  }

  /** New parameters with the old values of all that have the same name and shape. */
  static Parameters parameters(Parameters from, Parameters drawn) {
    return from.layout().equals(drawn.layout())
        ? from
        : drawn.with(flat(from.flat(), from.layout(), drawn.flat(), drawn.layout()));
  }

  private static Tensor flat(
      Tensor from, ParameterLayout fromLayout, Tensor drawn, ParameterLayout layout) {
    float[] source = from.toArray();
    float[] values = drawn.toArray().clone();
    for (ParameterLayout.Entry entry : layout.entries()) {
      for (ParameterLayout.Entry candidate : fromLayout.entries()) {
        if (candidate.name().equals(entry.name()) && candidate.shape().equals(entry.shape())) {
          System.arraycopy(source, candidate.offset(), values, entry.offset(), entry.size());
        }
      }
    }
    return Tensor.of(values, values.length);
  }

  /** The state of an optimizer that only has settings changed, or of one that is not known. */
  static State merged(
      State from, ParameterLayout fromLayout, State initial, ParameterLayout layout) {
    State state = named(from, fromLayout, initial, layout);
    if (fromLayout.equals(layout)) {
      for (Map.Entry<String, Tensor> entry : from.arrays().entrySet()) {
        if (!initial.has(entry.getKey())) {
          state = state.with(entry.getKey(), entry.getValue());
        }
      }
      for (Map.Entry<String, Double> entry : from.numbers().entrySet()) {
        if (!initial.has(entry.getKey())) {
          state = state.with(entry.getKey(), entry.getValue());
        }
      }
    }
    return state;
  }

  /** The initial state with the old values of all entries that have the same name and shape. */
  static State named(
      State from, ParameterLayout fromLayout, State initial, ParameterLayout layout) {
    State state = initial;
    for (String name : names(initial)) {
      state = taken(state, name, from, name, fromLayout, layout);
    }
    return state;
  }

  /** The new optimizer's initial state, with all that it and the wrapped ones know of the old. */
  State optimizer(State from, ParameterLayout fromLayout, State initial, ParameterLayout layout) {
    if (samePlugins(Kind.OPTIMIZER)) {
      return merged(from, fromLayout, initial, layout);
    }
    State state = named(from, fromLayout, initial, layout);
    for (Map.Entry<Part, Part> match : matches(parts(now), parts(old)).entrySet()) {
      for (String name : names(initial)) {
        if (match.getKey().owns(name, parts(now))) {
          String local = name.substring(match.getKey().prefix().length());
          state = taken(state, name, from, match.getValue().prefix() + local, fromLayout, layout);
        }
      }
    }
    return state;
  }

  /**
   * The state of a model whose old optimizer is not known any more: an entry comes from that of the
   * same name, else from the only one that has the same name within or without a wrapper.
   */
  static State guessed(State from, State initial, ParameterLayout layout) {
    List<String> old = names(from);
    List<String> wanted = names(initial);
    if (old.containsAll(wanted)) {
      return merged(from, layout, initial, layout);
    }
    State state = initial;
    for (String name : wanted) {
      List<String> sources =
          old.stream()
              .filter(o -> o.equals(name) || o.endsWith("/" + name) || name.endsWith("/" + o))
              .toList();
      if (old.contains(name)) {
        state = taken(state, name, from, name, layout, layout);
      } else if (sources.size() == 1) {
        state = taken(state, name, from, sources.get(0), layout, layout);
      }
    }
    return state;
  }

  private static List<String> names(State state) {
    List<String> names = new ArrayList<>(state.arrays().keySet());
    names.addAll(state.numbers().keySet());
    return names;
  }

  private static State taken(
      State into,
      String name,
      State from,
      String source,
      ParameterLayout fromLayout,
      ParameterLayout layout) {
    if (into.numbers().containsKey(name)) {
      return from.numbers().containsKey(source) ? into.with(name, from.number(source)) : into;
    }
    if (!from.arrays().containsKey(source)) {
      return into;
    }
    Tensor value = from.array(source);
    Tensor drawn = into.array(name);
    boolean perParameter =
        value.rank() == 1
            && drawn.rank() == 1
            && value.size() == fromLayout.size()
            && drawn.size() == layout.size();
    if (perParameter && !fromLayout.equals(layout)) {
      return into.with(name, flat(value, fromLayout, drawn, layout));
    }
    return value.shape().equals(drawn.shape()) ? into.with(name, value) : into;
  }

  /**
   * An optimizer, or one that it wraps.
   *
   * @param prefix of its entries in the state of the outermost
   */
  private record Part(String id, String prefix) {
    int depth() {
      return (int) prefix.chars().filter(c -> c == '/').count();
    }

    boolean owns(String name, List<Part> all) {
      return name.startsWith(prefix)
          && all.stream()
              .noneMatch(p -> p.prefix.length() > prefix.length() && name.startsWith(p.prefix));
    }
  }

  /** Outermost first. */
  private static List<Part> parts(List<Revision> revisions) {
    List<Part> parts = new ArrayList<>();
    for (Revision revision : at(Kind.OPTIMIZER, revisions).values()) {
      String inner = revision.path().substring(Kind.OPTIMIZER.length());
      parts.add(
          new Part(
              revision.id(), inner.isEmpty() ? "" : inner.substring(1).replace('.', '/') + "/"));
    }
    parts.sort(Comparator.comparingInt(Part::depth));
    return parts;
  }

  /** Which old optimizer each new one goes on from. */
  private static Map<Part, Part> matches(List<Part> now, List<Part> old) {
    List<Part> left = new ArrayList<>(old);
    Map<Part, Part> matches = new LinkedHashMap<>();
    for (Part part : now) {
      left.stream()
          .filter(o -> o.id().equals(part.id()))
          .min(Comparator.comparing(o -> !o.prefix().equals(part.prefix())))
          .ifPresent(
              o -> {
                matches.put(part, o);
                left.remove(o);
              });
    }
    List<Part> open = new ArrayList<>(now);
    open.removeAll(matches.keySet());
    while (!open.isEmpty() && !left.isEmpty()) {
      matches.put(open.remove(open.size() - 1), left.remove(left.size() - 1));
    }
    return matches;
  }
}
