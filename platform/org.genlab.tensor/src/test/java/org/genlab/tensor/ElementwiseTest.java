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

  private static final Elementwise.Kernel NEXT =
      (in, out, from, to) -> {
        for (int i = from; i < to; i++) {
          out[0][i] = 2 * in[0][i] + in[2][i];
        }
        for (int i = from; i < to; i++) {
          out[1][i] = 3 * in[1][i] + in[2][i];
        }
      };

  @Test
  void replacesWhatWasGivenUpAndNothingElse() {
    for (int n : new int[] {1, 17, 8192, 20001}) {
      RandomStream random = RandomStream.of(1, "test", n);
      Tensor a = Tensor.normal(random, 1, n).copy();
      Tensor b = Tensor.normal(random, 1, n).copy();
      Tensor g = Tensor.normal(random, 1, n).copy();
      float[] before = b.toArray();
      Tensor[] expected = Elementwise.compute(2, NEXT, a, b, g);
      a.relinquish();
      g.relinquish();
      Tensor view = a.reshape(1, n);
      Tensor[] next = Elementwise.replace(2, NEXT, a, b, g);
      assertArrayEquals(expected[0].toArray(), next[0].toArray());
      assertArrayEquals(expected[1].toArray(), next[1].toArray());
      assertArrayEquals(before, b.toArray(), "was not given up");
      g.toArray();
      for (Tensor gone : new Tensor[] {a, view}) {
        assertTrue(
            assertThrows(IllegalStateException.class, gone::toArray)
                .getMessage()
                .contains("is used after"));
      }
    }
  }

  @Test
  void whatIsReclaimedOrOnlyAPartIsKept() {
    Tensor a = Tensor.ones(16).copy();
    a.relinquish();
    a.reclaim();
    Tensor twice = Elementwise.replace((in, out, from, to) -> out[0][from] = 5, a);
    assertEquals(1, a.toArray()[0]);
    assertEquals(5, twice.toArray()[0]);
    Tensor whole = Tensor.ones(2, 40).copy();
    whole.relinquish();
    Elementwise.replace((in, out, from, to) -> out[0][from] = 5, whole.slice(0, 0, 1));
    Elementwise.replace((in, out, from, to) -> out[0][from] = 5, whole.slice(0, 1, 2));
    assertEquals(80, whole.sum().item());
  }

  @Test
  void oneTensorThatStandsForTwoValuesIsReplacedOnce() {
    Tensor a = Tensor.ones(20).copy();
    Tensor g = Tensor.ones(20).copy();
    a.relinquish();
    Elementwise.Kernel apart =
        (in, out, from, to) -> {
          for (int i = from; i < to; i++) {
            float x = in[0][i];
            out[0][i] = x + 1;
            out[1][i] = x + 2;
          }
        };
    Tensor[] next = Elementwise.replace(2, apart, a, a, g);
    assertEquals(40, next[0].sum().item());
    assertEquals(60, next[1].sum().item());
    assertTrue(!next[0].sharesMemoryWith(next[1]));
  }

  @Test
  void whatReplacesBelongsToTheScopeItIsMadeIn() {
    Tensor a = Tensor.ones(20).copy();
    a.relinquish();
    Tensor inside;
    try (Scope scope = Scope.open()) {
      inside = Elementwise.replace((in, out, from, to) -> out[0][from] = 5, a);
      inside.toArray();
    }
    assertThrows(IllegalStateException.class, inside::toArray);
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
