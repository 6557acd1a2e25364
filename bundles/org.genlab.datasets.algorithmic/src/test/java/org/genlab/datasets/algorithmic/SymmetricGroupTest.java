package org.genlab.datasets.algorithmic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SymmetricGroupTest {
  @Test
  void elementsAreAllPermutationsInLexicographicOrder() {
    for (int n = 2; n <= 6; n++) {
      SymmetricGroup group = new SymmetricGroup(n);
      assertEquals(IntStream.rangeClosed(2, n).reduce(1, (a, b) -> a * b), group.order());
      int[] identity = IntStream.range(0, n).toArray();
      assertArrayEquals(identity, group.images(0));
      for (int e = 0; e < group.order(); e++) {
        assertArrayEquals(identity, Arrays.stream(group.images(e)).sorted().toArray());
        if (e > 0) {
          assertTrue(Arrays.compare(group.images(e - 1), group.images(e)) < 0);
        }
      }
    }
  }

  @Test
  void productsApplyTheRightFactorFirstAndInversesUndo() {
    SymmetricGroup group = new SymmetricGroup(4);
    for (int x = 0; x < group.order(); x++) {
      assertEquals(0, group.multiply(x, group.inverse(x)));
      assertEquals(0, group.multiply(group.inverse(x), x));
      for (int y = 0; y < group.order(); y++) {
        int[] product = group.images(group.multiply(x, y));
        for (int i = 0; i < 4; i++) {
          assertEquals(group.images(x)[group.images(y)[i]], product[i]);
        }
      }
    }
  }
}
