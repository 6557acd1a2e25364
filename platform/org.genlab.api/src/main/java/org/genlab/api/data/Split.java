package org.genlab.api.data;

import java.util.stream.IntStream;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A finite, indexed collection of examples. A stream without end is a split of size {@link
 * Integer#MAX_VALUE} whose i-th example is a function of i.
 */
@ConsumerType
public interface Split {
  /** The name of the split. */
  String name();

  /** The number of examples, at least 0. */
  int size();

  /**
   * The examples of those indices, in that order; indices may repeat. The batch has an {@link
   * Annotation#INDEX} column holding the indices.
   *
   * @throws IndexOutOfBoundsException when an index is negative or not below {@link #size()}
   */
  Batch batch(int... indices);

  /** All examples from {@code from} (inclusive) to {@code to} (exclusive). */
  default Batch range(int from, int to) {
    return batch(IntStream.range(from, to).toArray());
  }

  /** The examples of those indices as a split of their own. */
  default Split subset(String name, int... indices) {
    return new SubsetSplit(this, name, indices);
  }
}
