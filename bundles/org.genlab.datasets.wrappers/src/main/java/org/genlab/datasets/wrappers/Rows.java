package org.genlab.datasets.wrappers;

import java.util.Arrays;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;
import org.genlab.tensor.IntTensor;

/** Some examples of another split, numbered anew: {@link Annotation#INDEX} is the place in here. */
record Rows(Split of, String name, int... rows) implements Split {
  Rows {
    rows = rows.clone();
  }

  @Override
  public int size() {
    return rows.length;
  }

  @Override
  public Batch batch(int... indices) {
    return of.batch(Arrays.stream(indices).map(i -> rows[i]).toArray())
        .with(Annotation.INDEX, IntTensor.of(indices, indices.length));
  }
}
