package org.genlab.api.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.util.Map;
import org.genlab.api.data.Batch;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Shape;
import org.junit.jupiter.api.Test;

class GreedyDecodingTest {
  /** Says, at each position, the token there plus the example's own step, modulo 10. */
  private static final Model COUNTING =
      (Model)
          Proxy.newProxyInstance(
              Model.class.getClassLoader(),
              new Class<?>[] {Model.class},
              (proxy, method, arguments) -> {
                Batch batch = (Batch) arguments[0];
                IntTensor prefix = batch.ints("prefix");
                int length = prefix.shape().dimension(1);
                int[] next = new int[prefix.size()];
                for (int i = 0; i < next.length; i++) {
                  next[i] = Math.floorMod(prefix.at(i) + batch.ints("step").at(i / length), 10);
                }
                return new Output(IntTensor.of(next, batch.size(), length).oneHot(10), Map.of());
              });

  @Test
  void continuesWithWhatItWroteUntilTheEnd() {
    Batch batch = Batch.of(3).with("step", IntTensor.of(new int[] {1, 2, 3}, 3));
    IntTensor written = new GreedyDecoding("prefix", 0, 4, 5).decode(COUNTING, batch);
    assertEquals(Shape.of(3, 5), written.shape());
    // 1 2 3 4 and the end; 2 4 and the end; 3 6 9 2 5
    assertArrayEquals(
        new int[] {1, 2, 3, 4, -1, 2, 4, -1, -1, -1, 3, 6, 9, 2, 5}, written.toArray());
    assertArrayEquals(
        new int[] {1, 2, 3, 4, 5, 6, 2, 4, 6, 8, 0, 2, 3, 6, 9, 2, 5, 8},
        new GreedyDecoding("prefix", 0, -1, 6).decode(COUNTING, batch).toArray());
  }
}
