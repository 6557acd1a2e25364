package org.genlab.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicReference;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.ScalarBackend;
import org.junit.jupiter.api.Test;

class ComputeTest {
  @Test
  void bindingsNestAndBelongToTheirThread() throws InterruptedException {
    Backend first = new ScalarBackend();
    Backend second = new ScalarBackend();
    Backend before = Compute.backend();
    try (Compute.Binding outer = Compute.use(first)) {
      assertSame(first, Compute.backend());
      Tensor x = Tensor.ones(3);
      try (Compute.Binding inner = Compute.use(second)) {
        assertSame(second, Compute.backend());
        assertThrows(IllegalStateException.class, outer::close);
        assertEquals(6, x.plus(x).sum().item());
      }
      assertSame(first, Compute.backend());
      AtomicReference<Backend> other = new AtomicReference<>();
      Thread thread = new Thread(() -> other.set(Compute.backend()));
      thread.start();
      thread.join();
      assertNotSame(first, other.get());
      assertSame(before, other.get());
    }
    assertSame(before, Compute.backend());
  }

  @Test
  void tensorsOutliveTheirBinding() {
    Tensor x;
    try (Compute.Binding binding = Compute.use(new ScalarBackend())) {
      x = Tensor.ones(3);
    }
    assertEquals(3, x.sum().item());
    x.release();
  }

  @Test
  void plainBackendIsAlwaysThere() {
    try (Backend backend = Compute.create("scalar", 2)) {
      assertEquals("scalar", backend.name());
    }
  }

  @Test
  void unknownBackendsAreNamedWithThoseThereAre() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Compute.create("abacus", 1))
            .getMessage();
    assertTrue(message.contains("abacus") && message.contains("scalar"), message);
    assertThrows(IllegalArgumentException.class, () -> Compute.create("scalar", 0));
  }
}
