package org.genlab.datasets.synthetic;

import java.util.LinkedHashMap;
import java.util.Map;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Shape;
import org.genlab.tensor.Tensor;

/** The names and shapes of a split's columns, without the index. */
final class Columns {
  private final Map<String, Shape> reals = new LinkedHashMap<>();
  private final Map<String, Shape> integers = new LinkedHashMap<>();

  /** Adds a column of real numbers; {@code shape} is that of one example. */
  Columns real(String name, int... shape) {
    reals.put(name, Shape.of(shape));
    return this;
  }

  /** Adds a column with one integer an example. */
  Columns integer(String name) {
    integers.put(name, Shape.of());
    return this;
  }

  /** Adds a column with a sequence of one token an example. */
  Columns token(String name) {
    integers.put(name, Shape.of(1));
    return this;
  }

  /** The batch of these rows, which have those indices in their split. */
  Batch batch(int[] indices, Row... rows) {
    int n = rows.length;
    Batch batch = Batch.of(n);
    int at = 0;
    for (Map.Entry<String, Shape> column : reals.entrySet()) {
      int width = column.getValue().size();
      float[] values = new float[Math.multiplyExact(n, width)];
      for (int i = 0; i < n; i++) {
        System.arraycopy(rows[i].reals(), at, values, i * width, width);
      }
      batch = batch.with(column.getKey(), Tensor.of(values, shape(n, column.getValue())));
      at += width;
    }
    int position = 0;
    for (Map.Entry<String, Shape> column : integers.entrySet()) {
      int[] values = new int[n];
      for (int i = 0; i < n; i++) {
        values[i] = rows[i].integers()[position];
      }
      batch = batch.with(column.getKey(), IntTensor.of(values, shape(n, column.getValue())));
      position++;
    }
    return batch.with(Annotation.INDEX, IntTensor.of(indices, n));
  }

  private static int[] shape(int n, Shape ofOne) {
    int[] shape = new int[ofOne.rank() + 1];
    shape[0] = n;
    System.arraycopy(ofOne.toArray(), 0, shape, 1, ofOne.rank());
    return shape;
  }
}
