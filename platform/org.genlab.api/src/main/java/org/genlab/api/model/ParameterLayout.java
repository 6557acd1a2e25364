package org.genlab.api.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.tensor.Shape;

/** How named parameters lie in one contiguous buffer. Immutable. */
public final class ParameterLayout {
  /** What a parameter does; by this, optimizers and regularizers choose what to act on. */
  public enum Role {
    WEIGHT,
    BIAS,
    /** Scale or shift of a normalisation. */
    NORM,
    EMBEDDING
  }

  /**
   * A named part of the buffer.
   *
   * @param offset position of its first value in the buffer
   */
  public record Entry(String name, Role role, Shape shape, int offset) {
    public int size() {
      return shape.size();
    }
  }

  private final Map<String, Entry> entries;
  private final int size;

  private ParameterLayout(Map<String, Entry> entries, int size) {
    this.entries = entries;
    this.size = size;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The number of values in the buffer. */
  public int size() {
    return size;
  }

  /** All entries, in the order of the buffer. */
  public List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  /**
   * The entry of that name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("no parameter '" + name + "' in " + entries.keySet());
    }
    return entry;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ParameterLayout that && entries().equals(that.entries());
  }

  @Override
  public int hashCode() {
    return entries().hashCode();
  }

  @Override
  public String toString() {
    return entries.size() + " parameters, " + size + " values";
  }

  /** Collects entries. */
  public static final class Builder {
    private final List<Entry> entries = new ArrayList<>();
    private int size;

    private Builder() {}

    /** Appends a parameter. */
    public Builder add(String name, Role role, int... shape) {
      Entry entry = new Entry(name, role, Shape.of(shape), size);
      entries.add(entry);
      size = Math.addExact(size, entry.size());
      return this;
    }

    public ParameterLayout build() {
      Map<String, Entry> byName = new LinkedHashMap<>();
      for (Entry entry : entries) {
        if (byName.put(entry.name(), entry) != null) {
          throw new IllegalArgumentException("parameter '" + entry.name() + "' is there twice");
        }
      }
      return new ParameterLayout(byName, size);
    }
  }
}
