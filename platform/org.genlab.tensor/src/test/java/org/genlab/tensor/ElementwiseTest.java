package org.genlab.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class ElementwiseTest {
  private static final Elementwise.Kernel SUM_AND_PRODUCT =
      (in, out, from, to) -> {
        for (int i = from; i < to; i++) {
          out[0][i] = in[0][i] + in[1][i];
          out[1][i] = in[0][i] * in[1][i];
        }
      };

  @Test
  void computesWhatTheOperationsCompute() {
    for (int n : new int[] {0, 1, 17, 8192, 20001}) {
      RandomStream random = RandomStream.of(1, "test", n);
      Tensor a = Tensor.normal(random, 1, n);
      Tensor b = Tensor.normal(random, 1, n);
      Tensor[] both = Elementwise.compute(2, SUM_AND_PRODUCT, a, b);
      assertArrayEquals(a.plus(b).toArray(), both[0].toArray());
      assertArrayEquals(a.times(b).toArray(), both[1].toArray());
      assertEquals(a.shape(), both[1].shape());
    }
  }

  @Test
  void readsViews() {
    Tensor all = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2).variable();
    Tensor[] both = Elementwise.compute(2, SUM_AND_PRODUCT, all.slice(0, 1, 2), all.slice(0, 2, 3));
    assertArrayEquals(new float[] {8, 10}, both[0].toArray());
    assertArrayEquals(new float[] {15, 24}, both[1].toArray());
    assertTrue(!both[0].isTracked());
  }

  @Test
  void refusesDifferentShapes() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Elementwise.compute(2, SUM_AND_PRODUCT, Tensor.ones(2), Tensor.ones(1, 2)))
            .getMessage();
    assertTrue(message.contains("[2]") && message.contains("[1, 2]"), message);
    assertThrows(IllegalArgumentException.class, () -> Elementwise.compute(SUM_AND_PRODUCT));
  }
}
