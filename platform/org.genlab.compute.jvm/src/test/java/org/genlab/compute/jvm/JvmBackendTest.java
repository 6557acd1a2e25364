package org.genlab.compute.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.genlab.tensor.Compute;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.ScalarBackend;
import org.junit.jupiter.api.Test;

class JvmBackendTest {
  @Test
  void agreesWithThePlainBackend() {
    try (Backend fast = new JvmBackend(2);
        Backend plain = new ScalarBackend()) {
      List<String> wrong = new ArrayList<>();
      for (KernelCases.Case c : KernelCases.all()) {
        String difference = difference(c.run().apply(plain), c.run().apply(fast), c.tolerance());
        if (difference != null) {
          wrong.add(c.name() + ": " + difference);
        }
      }
      assertTrue(wrong.isEmpty(), () -> String.join("\n", wrong));
    }
  }

  private static String difference(float[] expected, float[] actual, double tolerance) {
    if (expected.length != actual.length) {
      return actual.length + " numbers instead of " + expected.length;
    }
    for (int i = 0; i < expected.length; i++) {
      boolean same =
          tolerance == 0
              // 0 and -0 are the same number
              ? Float.compare(expected[i] + 0f, actual[i] + 0f) == 0
              : Math.abs((double) expected[i] - actual[i])
                  <= tolerance * (1 + Math.abs(expected[i]));
      if (!same) {
        return actual[i] + " instead of " + expected[i] + " at " + i;
      }
    }
    return null;
  }

  @Test
  void givesTheSameBitsForAnyNumberOfThreads() {
    try (Backend one = new JvmBackend(1);
        Backend three = new JvmBackend(3)) {
      for (KernelCases.Case c : KernelCases.all()) {
        float[] expected = c.run().apply(one);
        assertArrayEquals(bits(expected), bits(c.run().apply(three)), c.name());
      }
    }
  }

  private static int[] bits(float[] x) {
    int[] bits = new int[x.length];
    for (int i = 0; i < x.length; i++) {
      bits[i] = Float.floatToIntBits(x[i]);
    }
    return bits;
  }

  @Test
  void isFoundByName() {
    try (Backend backend = Compute.create("jvm", 3)) {
      assertEquals("jvm", backend.name());
      assertEquals(3, backend.threads());
    }
  }

  @Test
  void needsAThread() {
    assertThrows(IllegalArgumentException.class, () -> new JvmBackend(0));
  }
}
