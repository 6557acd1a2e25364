package org.genlab.datasets.synthetic;

import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;

/**
 * A split whose i-th example is a function of i. A finite one keeps its examples; one without end
 * makes them whenever they are asked for.
 */
final class RowSplit implements Split {
  /** What settings say for a split without end. */
  static final int ENDLESS = 0;

  private final String name;
  private final Columns columns;
  private final int size;
  private final IntFunction<Row> rows;

  private RowSplit(String name, Columns columns, int size, IntFunction<Row> rows) {
    this.name = name;
    this.columns = columns;
    this.size = size;
    this.rows = rows;
  }

  /**
   * A split of that size.
   *
   * @param examples its size; {@link #ENDLESS} for one without end
   * @param row the example of an index, which must depend on nothing else
   */
  static RowSplit of(String name, Columns columns, int examples, IntFunction<Row> row) {
    if (examples == ENDLESS) {
      return new RowSplit(name, columns, Integer.MAX_VALUE, row);
    }
    Row[] kept = IntStream.range(0, examples).mapToObj(row).toArray(Row[]::new);
    return new RowSplit(name, columns, examples, i -> kept[i]);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Batch batch(int... indices) {
    Row[] chosen = new Row[indices.length];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = rows.apply(checked(indices[i]));
    }
    return columns.batch(indices, chosen);
  }

  private int checked(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException(
          "example " + index + " of the split '" + name + "', which has " + size);
    }
    return index;
  }
}
