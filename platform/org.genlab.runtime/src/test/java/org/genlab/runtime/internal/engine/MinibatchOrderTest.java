package org.genlab.runtime.internal.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MinibatchOrderTest {
  @Test
  void eachEpochPassesThroughDifferentExamplesInANewOrder() {
    MinibatchOrder order = new MinibatchOrder(5);
    int[] first = null;
    for (int epoch = 0; epoch < 4; epoch++) {
      Set<Integer> seen = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        int[] batch = order.indices("train", 10, 3, 3L * epoch + i);
        assertEquals(3, batch.length);
        for (int index : batch) {
          assertTrue(index >= 0 && index < 10);
          assertTrue(seen.add(index), "twice in an epoch: " + index);
        }
        if (epoch == 0 && i == 0) {
          first = batch;
        }
      }
    }
    assertFalse(Arrays.equals(first, order.indices("train", 10, 3, 3)));
  }

  @Test
  void whenTheSizeDividesTheSplitAnEpochIsAPermutation() {
    MinibatchOrder order = new MinibatchOrder(5);
    for (long epoch = 0; epoch < 5; epoch++) {
      int[] all = new int[12];
      for (int i = 0; i < 3; i++) {
        System.arraycopy(order.indices("train", 12, 4, 3 * epoch + i), 0, all, 4 * i, 4);
      }
      Arrays.sort(all);
      assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, all);
    }
  }

  @Test
  void theMinibatchIsAFunctionOfTheStepAlone() {
    MinibatchOrder forwards = new MinibatchOrder(5);
    int[][] expected = new int[40][];
    for (int step = 0; step < 40; step++) {
      expected[step] = forwards.indices("train", 10, 3, step);
    }
    MinibatchOrder backwards = new MinibatchOrder(5);
    for (int step = 39; step >= 0; step--) {
      for (int split = 0; split < 70; split++) {
        backwards.indices("other" + split, 10, 3, step);
      }
      assertArrayEquals(expected[step], backwards.indices("train", 10, 3, step));
    }
    assertFalse(Arrays.equals(expected[0], new MinibatchOrder(6).indices("train", 10, 3, 0)));
    assertFalse(Arrays.equals(expected[0], forwards.indices("validation", 10, 3, 0)));
  }

  @Test
  void smallSplitsAreTakenWholeAndStreamsInTheirOrder() {
    MinibatchOrder order = new MinibatchOrder(5);
    assertArrayEquals(new int[] {0, 1, 2}, order.indices("train", 3, 8, 17));
    assertArrayEquals(new int[] {0, 1, 2}, order.indices("train", 3, 3, 17));
    assertArrayEquals(new int[] {8, 9, 10, 11}, order.indices("stream", Integer.MAX_VALUE, 4, 2));
    assertThrows(IllegalArgumentException.class, () -> order.indices("train", 3, 0, 0));
  }
}
