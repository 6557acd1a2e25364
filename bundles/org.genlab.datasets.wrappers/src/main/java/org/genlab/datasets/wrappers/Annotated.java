package org.genlab.datasets.wrappers;

import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;

/** A split whose labels are what they are: {@link Annotation#CLEAN} repeats them where it lacks. */
record Annotated(Split of) implements Split {
  @Override
  public String name() {
    return of.name();
  }

  @Override
  public int size() {
    return of.size();
  }

  @Override
  public Batch batch(int... indices) {
    Batch batch = of.batch(indices);
    return batch.has(Annotation.CLEAN) ? batch : batch.with(Annotation.CLEAN, batch.labels());
  }
}
