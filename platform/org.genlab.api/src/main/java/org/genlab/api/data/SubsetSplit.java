package org.genlab.api.data;

import java.util.stream.IntStream;

/** Some examples of another split; their {@link Annotation#INDEX} is the one in the other split. */
record SubsetSplit(Split of, String name, int... indices) implements Split {
  SubsetSplit {
    indices = indices.clone();
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public Batch batch(int... chosen) {
    return of.batch(IntStream.of(chosen).map(i -> indices[i]).toArray());
  }
}
