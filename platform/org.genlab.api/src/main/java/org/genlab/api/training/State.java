package org.genlab.api.training;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.genlab.tensor.Tensor;

/**
 * Named arrays and numbers, as an immutable value: the state of an optimizer or the buffers of a
 * network. Because it is a value it can be checkpointed, compared, wrapped and carried over.
 */
public final class State {
  private static final State EMPTY = new State(Map.of(), Map.of());

  private final Map<String, Tensor> arrays;
  private final Map<String, Double> numbers;

  private State(Map<String, Tensor> arrays, Map<String, Double> numbers) {
    this.arrays = Collections.unmodifiableMap(arrays);
    this.numbers = Collections.unmodifiableMap(numbers);
  }

  public static State empty() {
    return EMPTY;
  }

  public Map<String, Tensor> arrays() {
    return arrays;
  }

  public Map<String, Double> numbers() {
    return numbers;
  }

  public boolean isEmpty() {
    return arrays.isEmpty() && numbers.isEmpty();
  }

  /**
   * The array of that name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public Tensor array(String name) {
    Tensor value = arrays.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "the state has no array '" + name + "', only " + arrays.keySet());
    }
    return value;
  }

  /**
   * The number of that name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public double number(String name) {
    Double value = numbers.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "the state has no number '" + name + "', only " + numbers.keySet());
    }
    return value;
  }

  public boolean has(String name) {
    return arrays.containsKey(name) || numbers.containsKey(name);
  }

  /** This state with an array added or replaced. */
  public State with(String name, Tensor value) {
    Map<String, Tensor> next = new LinkedHashMap<>(arrays);
    next.put(name, value);
    return new State(next, numbers);
  }

  /** This state with a number added or replaced. */
  public State with(String name, double value) {
    Map<String, Double> next = new LinkedHashMap<>(numbers);
    next.put(name, value);
    return new State(arrays, next);
  }

  /** The part of this state that was added under a prefix; how a wrapper finds the wrapped's. */
  public State nested(String prefix) {
    String start = prefix + "/";
    Map<String, Tensor> a = new LinkedHashMap<>();
    Map<String, Double> n = new LinkedHashMap<>();
    arrays.forEach(
        (k, v) -> {
          if (k.startsWith(start)) {
            a.put(k.substring(start.length()), v);
          }
        });
    numbers.forEach(
        (k, v) -> {
          if (k.startsWith(start)) {
            n.put(k.substring(start.length()), v);
          }
        });
    return new State(a, n);
  }

  /**
   * This state with another one in place of whatever stood under the prefix. A wrapper takes the
   * name of its {@link org.genlab.api.Wrapped} parameter: by it the host finds the state of the
   * wrapped optimizer when a running run is swapped.
   */
  public State withNested(String prefix, State other) {
    String start = prefix + "/";
    Map<String, Tensor> a = new LinkedHashMap<>(arrays);
    Map<String, Double> n = new LinkedHashMap<>(numbers);
    a.keySet().removeIf(k -> k.startsWith(start));
    n.keySet().removeIf(k -> k.startsWith(start));
    other.arrays.forEach((k, v) -> a.put(start + k, v));
    other.numbers.forEach((k, v) -> n.put(start + k, v));
    return new State(a, n);
  }
}
