package org.genlab.architectures.dl4j.data;

import java.util.Arrays;
import org.genlab.api.data.Batch;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;

/** A column of all examples of a split as one array, example by example. */
sealed interface Column {
  /** A batch with the values of these examples added. */
  Batch into(Batch batch, String name, int... examples);

  /**
   * Real numbers.
   *
   * @param shape of an example's
   */
  record Reals(float[] values, int... shape) implements Column {
    @Override
    public Batch into(Batch batch, String name, int... examples) {
      int width = size(shape);
      float[] chosen = new float[examples.length * width];
      for (int i = 0; i < examples.length; i++) {
        System.arraycopy(values, examples[i] * width, chosen, i * width, width);
      }
      return batch.with(name, Tensor.of(chosen, whole(examples.length, shape)));
    }
  }

  /**
   * Integers.
   *
   * @param shape of an example's
   */
  record Integers(int[] values, int... shape) implements Column {
    @Override
    public Batch into(Batch batch, String name, int... examples) {
      int width = size(shape);
      int[] chosen = new int[examples.length * width];
      for (int i = 0; i < examples.length; i++) {
        System.arraycopy(values, examples[i] * width, chosen, i * width, width);
      }
      return batch.with(name, IntTensor.of(chosen, whole(examples.length, shape)));
    }
  }

  private static int size(int... shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  private static int[] whole(int examples, int... shape) {
    int[] whole = new int[shape.length + 1];
    whole[0] = examples;
    System.arraycopy(shape, 0, whole, 1, shape.length);
    return whole;
  }
}
