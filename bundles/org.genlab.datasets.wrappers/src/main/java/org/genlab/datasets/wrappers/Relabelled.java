package org.genlab.datasets.wrappers;

import java.util.Arrays;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;
import org.genlab.tensor.IntTensor;

/**
 * Examples of another split, some perhaps more than once, with labels of their own; {@link
 * Annotation#CLEAN} says what is true, and the other annotations are the other split's.
 */
final class Relabelled implements Split {
  private final Split of;
  private final String name;
  private final int[] rows;
  private final int[] labels;
  private final int[] clean;

  /**
   * @param of where the examples come from
   * @param rows for each example its position there
   * @param labels the class that is taught for each
   * @param clean the class before any corruption
   */
  Relabelled(Split of, String name, int[] rows, int[] labels, int[] clean) {
    this.of = of;
    this.name = name;
    this.rows = rows.clone();
    this.labels = labels.clone();
    this.clean = clean.clone();
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
    return of.batch(pick(rows, indices))
        .with(Batch.TARGET, IntTensor.of(pick(labels, indices), n))
        .with(Annotation.INDEX, IntTensor.of(indices, n))
        .with(Annotation.CLEAN, IntTensor.of(pick(clean, indices), n));
  }

  private static int[] pick(int[] values, int[] indices) {
    return Arrays.stream(indices).map(i -> values[i]).toArray();
  }
}
