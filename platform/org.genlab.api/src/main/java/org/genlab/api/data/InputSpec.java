package org.genlab.api.data;

import java.util.List;

/** What the inputs of one example look like, as far as an architecture must know. */
public interface InputSpec {

  /**
   * A sequence of tokens: an integer column of shape [batch, length] with values in [0,
   * vocabulary).
   */
  record Tokens(int vocabulary, int length) implements InputSpec {}

  /**
   * Real numbers of a fixed shape: a column of shape [batch, shape...]. A vector has one dimension,
   * an image three: height, width, channels.
   */
  record Values(List<Integer> shape) implements InputSpec {
    public Values {
      shape = List.copyOf(shape);
    }

    /** The number of values of one example. */
    public int size() {
      return shape.stream().reduce(1, (a, b) -> a * b);
    }
  }

  /** Anything else: a name and its columns, which the architecture that reads them documents. */
  record Columns(String format, List<String> columns) implements InputSpec {
    public Columns {
      columns = List.copyOf(columns);
    }
  }
}
