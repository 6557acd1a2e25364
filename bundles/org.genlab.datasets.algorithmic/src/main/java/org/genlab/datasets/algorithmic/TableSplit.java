package org.genlab.datasets.algorithmic;

import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;
import org.genlab.tensor.IntTensor;

/** Some rows of an {@link OperationTable}, in ascending order of the row. */
final class TableSplit implements Split {
  private final String name;
  private final OperationTable table;
  private final int[] rows;
  private final int[] answers;

  /**
   * @param rows the rows of the table that belong to the split
   * @param answers what is taught for each of these rows; may differ from the table's answer
   */
  TableSplit(String name, OperationTable table, int[] rows, int[] answers) {
    this.name = name;
    this.table = table;
    this.rows = rows.clone();
    this.answers = answers.clone();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return rows.length;
  }

  @Override
  public Batch batch(int... indices) {
    int n = indices.length;
    int[] tokens = new int[n * OperationTable.LENGTH];
    int[] target = new int[n];
    int[] clean = new int[n];
    for (int i = 0; i < n; i++) {
      int row = rows[indices[i]];
      int at = i * OperationTable.LENGTH;
      tokens[at] = table.left(row);
      tokens[at + 1] = table.operator();
      tokens[at + 2] = table.right(row);
      tokens[at + 3] = table.equalsSign();
      target[i] = answers[indices[i]];
      clean[i] = table.answer(row);
    }
    return Batch.of(n)
        .with(Batch.INPUT, IntTensor.of(tokens, n, OperationTable.LENGTH))
        .with(Batch.TARGET, IntTensor.of(target, n))
        .with(Annotation.INDEX, IntTensor.of(indices, n))
        .with(Annotation.CLEAN, IntTensor.of(clean, n));
  }
}
