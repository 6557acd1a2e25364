package org.genlab.datasets.wrappers;

import java.util.List;
import java.util.stream.IntStream;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;
import org.genlab.tensor.Tensor;

/** The examples of another split with other inputs; labels and annotations are the same. */
final class Redrawn implements Split {
  private final Split of;
  private final String name;
  private final List<Integer> shape;
  private final float[][] inputs;

  /**
   * @param shape of one input
   * @param inputs one row for each example
   */
  Redrawn(Split of, String name, List<Integer> shape, float[]... inputs) {
    this.of = of;
    this.name = name;
    this.shape = List.copyOf(shape);
    this.inputs = inputs.clone();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return of.size();
  }

  @Override
  public Batch batch(int... indices) {
    Batch batch = of.batch(indices);
    int width = shape.stream().reduce(1, (a, b) -> a * b);
    float[] values = new float[indices.length * width];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(inputs[indices[i]], 0, values, i * width, width);
    }
    int[] dimensions =
        IntStream.concat(IntStream.of(indices.length), shape.stream().mapToInt(Integer::intValue))
            .toArray();
    return batch.with(Batch.INPUT, Tensor.of(values, dimensions));
  }
}
