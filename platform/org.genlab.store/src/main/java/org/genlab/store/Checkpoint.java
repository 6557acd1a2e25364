package org.genlab.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.State;
import org.genlab.tensor.Tensor;

/**
 * Everything a run has become, at a step boundary: named arrays and numbers. Names are paths, such
 * as {@code models/main/parameters/output.weight}.
 *
 * @param step the number of steps made
 * @param metricsBytes the length of {@code metrics.jsonl} at that moment
 * @param arrays by name
 * @param numbers by name
 * @param roles the {@link ParameterLayout.Role} of each array that is a parameter
 */
public record Checkpoint(
    long step,
    long metricsBytes,
    Map<String, Safetensors.Floats> arrays,
    Map<String, Double> numbers,
    Map<String, String> roles) {

  public Checkpoint {
    arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
    numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
    roles = Collections.unmodifiableMap(new LinkedHashMap<>(roles));
  }

  /** The names under a prefix, e.g. of {@code models}: the first parts of what follows it. */
  public List<String> children(String prefix) {
    String start = prefix + "/";
    List<String> children = new ArrayList<>();
    List.of(arrays.keySet(), numbers.keySet())
        .forEach(
            names ->
                names.stream()
                    .filter(n -> n.startsWith(start))
                    .map(n -> n.substring(start.length()))
                    .map(n -> n.indexOf('/') < 0 ? n : n.substring(0, n.indexOf('/')))
                    .filter(n -> !children.contains(n))
                    .forEach(children::add));
    return children;
  }

  /** The arrays and numbers under a prefix, by what follows it. */
  public State state(String prefix) {
    String start = prefix + "/";
    State state = State.empty();
    for (Map.Entry<String, Safetensors.Floats> entry : arrays.entrySet()) {
      if (entry.getKey().startsWith(start)) {
        Safetensors.Floats array = entry.getValue();
        state =
            state.with(
                entry.getKey().substring(start.length()), Tensor.of(array.values(), array.shape()));
      }
    }
    for (Map.Entry<String, Double> entry : numbers.entrySet()) {
      if (entry.getKey().startsWith(start)) {
        state = state.with(entry.getKey().substring(start.length()), entry.getValue());
      }
    }
    return state;
  }

  /** The parameters under a prefix; empty when there are none. */
  public Optional<Parameters> parameters(String prefix) {
    String start = prefix + "/";
    ParameterLayout.Builder layout = ParameterLayout.builder();
    List<float[]> parts = new ArrayList<>();
    int size = 0;
    for (Map.Entry<String, Safetensors.Floats> entry : arrays.entrySet()) {
      String name = entry.getKey();
      if (name.startsWith(start) && roles.containsKey(name)) {
        Safetensors.Floats array = entry.getValue();
        layout.add(
            name.substring(start.length()),
            ParameterLayout.Role.valueOf(roles.get(name)),
            array.shape());
        parts.add(array.values());
        size += array.values().length;
      }
    }
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    float[] flat = new float[size];
    int offset = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, flat, offset, part.length);
      offset += part.length;
    }
    return Optional.of(new Parameters(layout.build(), Tensor.of(flat, size)));
  }

  /** Collects a checkpoint. */
  public static final class Builder {
    private final Map<String, Safetensors.Floats> arrays = new LinkedHashMap<>();
    private final Map<String, Double> numbers = new LinkedHashMap<>();
    private final Map<String, String> roles = new LinkedHashMap<>();

    /** Adds arrays and numbers under a prefix. */
    public Builder put(String prefix, State state) {
      state
          .arrays()
          .forEach(
              (name, tensor) ->
                  arrays.put(
                      prefix + "/" + name,
                      new Safetensors.Floats(tensor.toArray(), tensor.shape().toArray())));
      state.numbers().forEach((name, value) -> numbers.put(prefix + "/" + name, value));
      return this;
    }

    /** Adds parameters under a prefix, each by its name. */
    public Builder put(String prefix, Parameters parameters) {
      float[] flat = parameters.flat().toArray();
      for (ParameterLayout.Entry entry : parameters.layout().entries()) {
        float[] part = new float[entry.size()];
        System.arraycopy(flat, entry.offset(), part, 0, part.length);
        String name = prefix + "/" + entry.name();
        arrays.put(name, new Safetensors.Floats(part, entry.shape().toArray()));
        roles.put(name, entry.role().name());
      }
      return this;
    }

    /** Adds all that stands under a prefix in another checkpoint. */
    public Builder copy(String prefix, Checkpoint other) {
      String start = prefix + "/";
      other.arrays().forEach((name, v) -> putUnder(start, name, v, arrays));
      other.numbers().forEach((name, v) -> putUnder(start, name, v, numbers));
      other.roles().forEach((name, v) -> putUnder(start, name, v, roles));
      return this;
    }

    private static <T> void putUnder(String start, String name, T value, Map<String, T> into) {
      if (name.startsWith(start)) {
        into.put(name, value);
      }
    }

    /** The checkpoint. */
    public Checkpoint build(long step, long metricsBytes) {
      return new Checkpoint(step, metricsBytes, arrays, numbers, roles);
    }
  }
}
