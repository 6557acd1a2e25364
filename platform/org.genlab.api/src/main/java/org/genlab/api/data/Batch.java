package org.genlab.api.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;

/**
 * Examples as columns: each column is an {@link IntTensor} or a {@link Tensor} whose first
 * dimension is the example. {@link #INPUT} and {@link #TARGET} are what a network reads and what it
 * should say; the others annotate (see {@link Annotation}). Immutable.
 */
public final class Batch {
  public static final String INPUT = "input";
  public static final String TARGET = "target";

  private final int size;
  private final Map<String, Object> columns;

  private Batch(int size, Map<String, Object> columns) {
    this.size = size;
    this.columns = Collections.unmodifiableMap(columns);
  }

  /** A batch of that many examples, without columns yet. */
  public static Batch of(int size) {
    return new Batch(size, new LinkedHashMap<>());
  }

  /** The number of examples. */
  public int size() {
    return size;
  }

  /** The names of the columns, in the order in which they were added. */
  public Set<String> columns() {
    return columns.keySet();
  }

  public boolean has(String column) {
    return columns.containsKey(column);
  }

  /** This batch with an integer column added or replaced. */
  public Batch with(String column, IntTensor values) {
    return put(column, values, values.shape().dimension(0));
  }

  /** This batch with a real column added or replaced. */
  public Batch with(String column, Tensor values) {
    return put(column, values, values.shape().dimension(0));
  }

  private Batch put(String column, Object values, int rows) {
    if (rows != size) {
      throw new IllegalArgumentException(
          "column '" + column + "' has " + rows + " rows, the batch has " + size + " examples");
    }
    Map<String, Object> next = new LinkedHashMap<>(columns);
    next.put(column, values);
    return new Batch(size, next);
  }

  /**
   * The integer column of that name.
   *
   * @throws IllegalArgumentException when there is none, or it holds real numbers
   */
  public IntTensor ints(String column) {
    return get(column, IntTensor.class, "integers");
  }

  /**
   * The real column of that name.
   *
   * @throws IllegalArgumentException when there is none, or it holds integers
   */
  public Tensor reals(String column) {
    return get(column, Tensor.class, "real numbers");
  }

  private <T> T get(String column, Class<T> type, String what) {
    Object values = columns.get(column);
    if (!type.isInstance(values)) {
      throw new IllegalArgumentException(
          values == null
              ? "the batch has no column '" + column + "', only " + columns.keySet()
              : "column '" + column + "' does not hold " + what);
    }
    return type.cast(values);
  }

  /** Whether the column holds integers. */
  public boolean isInts(String column) {
    return columns.get(column) instanceof IntTensor;
  }

  /** The tokens of the examples, [batch, length]. */
  public IntTensor tokens() {
    return ints(INPUT);
  }

  /** The real inputs of the examples, [batch, ...]. */
  public Tensor input() {
    return reals(INPUT);
  }

  /** The classes of the examples, [batch] or [batch, length]. */
  public IntTensor labels() {
    return ints(TARGET);
  }

  /** The examples at those positions, with all columns. */
  public Batch select(int... positions) {
    Map<String, Object> next = new LinkedHashMap<>();
    columns.forEach(
        (name, values) ->
            next.put(
                name,
                values instanceof IntTensor ints
                    ? ints.selectRows(positions)
                    : ((Tensor) values).selectRows(positions)));
    return new Batch(positions.length, next);
  }
}
