package org.genlab.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Buffer;
import org.genlab.tensor.backend.ScalarBackend;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScopeTest {
  private Compute.Binding binding;

  @BeforeEach
  void bind() {
    binding = Compute.use(new ScalarBackend());
  }

  @AfterEach
  void unbind() {
    binding.close();
  }

  @Test
  void endsWhatIsNotKept() {
    Tensor kept;
    Tensor copied;
    Tensor lost;
    Tensor view;
    try (Scope scope = Scope.open()) {
      lost = Tensor.ones(2, 3);
      view = lost.reshape(6);
      kept = scope.keep(Tensor.full(2, 4).slice(0, 1, 3));
      copied = lost.copy();
    }
    // Memory that was given back is used again.
    Tensor.full(9, 2, 3);
    assertArrayEquals(new float[] {2, 2}, kept.toArray());
    assertArrayEquals(new float[] {1, 1, 1, 1, 1, 1}, copied.toArray());
    for (Tensor dead : List.of(lost, view)) {
      String message = assertThrows(IllegalStateException.class, dead::toArray).getMessage();
      assertTrue(message.contains(dead.shape().toString()), message);
      assertTrue(message.contains("Scope.keep"), message);
      assertThrows(IllegalStateException.class, () -> dead.plus(1));
      assertThrows(IllegalStateException.class, dead::variable);
      assertThrows(IllegalStateException.class, dead::copy);
    }
  }

  @Test
  void keepsForTheEnclosingScopeOnly() {
    Tensor x;
    Tensor deep;
    Tensor outer;
    try (Scope first = Scope.open()) {
      outer = Tensor.ones(3);
      try (Scope second = Scope.open()) {
        x = second.keep(Tensor.ones(3));
        assertSame(outer, second.keep(outer));
        try (Scope third = Scope.open()) {
          // Kept by a scope further out: ends where that one's tensors would.
          deep = second.keep(Tensor.ones(3));
          third.keep(Tensor.ones(3));
        }
      }
      assertEquals(3, x.sum().item());
      assertEquals(3, deep.sum().item());
      assertEquals(3, outer.sum().item());
      first.keep(deep);
    }
    assertThrows(IllegalStateException.class, x::toArray);
    assertThrows(IllegalStateException.class, outer::toArray);
    assertEquals(3, deep.sum().item());
  }

  @Test
  void graphsEndWithTheirScope() {
    Tensor x = Tensor.ones(3).variable();
    Tensor y;
    try (Scope scope = Scope.open()) {
      y = scope.keep(x.exp().square().sum());
    }
    assertEquals(3 * Math.exp(2), y.item(), 1e-4);
    assertThrows(IllegalStateException.class, () -> Gradients.of(y, x));
  }

  @Test
  void isClosedInnermostFirstByItsThread() throws InterruptedException {
    Scope outer = Scope.open();
    Scope inner = Scope.open();
    assertThrows(IllegalStateException.class, outer::close);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                inner.close();
              } catch (IllegalStateException e) {
                thrown.set(e);
              }
            });
    thread.start();
    thread.join();
    assertTrue(thrown.get() instanceof IllegalStateException);
    inner.close();
    inner.close();
    outer.close();
  }

  @Test
  void releaseGivesBackAtOnce() {
    Tensor x = Tensor.ones(1000);
    Tensor view = x.slice(0, 10, 20);
    x.release();
    x.release();
    assertThrows(IllegalStateException.class, view::toArray);
    long before = Compute.current().pool().allocated();
    Tensor.zeros(1000);
    assertEquals(before, Compute.current().pool().allocated());
  }

  /** A step of training with everything: afterwards memory is only used again. */
  private static Tensor[] step(Tensor weights, Tensor moment) {
    try (Scope scope = Scope.open()) {
      Tensor flat = weights.variable();
      List<Tensor> parts = flat.split(List.of(Shape.of(8, 8), Shape.of(8), Shape.of(8)));
      Tensor x = Tensor.normal(RandomStream.of(1, "inputs"), 1, 16, 8);
      Tensor h = x;
      for (int layer = 0; layer < 3; layer++) {
        h =
            h.plus(h.linear(parts.get(0), parts.get(1)).gelu())
                .layerNorm(parts.get(1), parts.get(2), 1e-5);
      }
      Tensor loss = h.crossEntropy(IntTensor.of(new int[16], 16)).mean();
      Tensor gradient = Gradients.of(loss, flat);
      Tensor penalty = Gradients.hessianVector(loss, flat, gradient);
      Tensor[] next =
          Elementwise.compute(
              2,
              (in, out, from, to) -> {
                for (int i = from; i < to; i++) {
                  out[1][i] = 0.9f * in[1][i] + in[2][i] + 0.001f * in[3][i];
                  out[0][i] = in[0][i] - 0.01f * out[1][i];
                }
              },
              weights,
              moment,
              gradient,
              penalty);
      scope.keep(next[0]);
      scope.keep(next[1]);
      return next;
    }
  }

  @Test
  void steadyTrainingAllocatesNothing() {
    Tensor[] state = {Tensor.normal(RandomStream.of(1, "weights"), 0.3, 80), Tensor.zeros(80)};
    long after = 0;
    for (int i = 0; i < 300; i++) {
      Tensor[] next = step(state[0], state[1]);
      state[0].release();
      state[1].release();
      state = next;
      if (i == 3) {
        after = Compute.current().pool().allocated();
      }
    }
    assertTrue(state[0].allFinite());
    assertEquals(after, Compute.current().pool().allocated());
  }

  @Test
  void poolGivesUpWhatIsNoLongerNeeded() {
    int[] freed = {0};
    Backend counting =
        CountingBackend.of(new ScalarBackend(), buffer -> freed[0] += buffer.length());
    Pool pool = new Pool(counting);
    Buffer big = pool.take(1 << 20);
    pool.put(big);
    for (int i = 0; i < 600; i++) {
      pool.put(pool.take(100));
      pool.endRound();
    }
    assertEquals(1 << 20, freed[0]);
  }

  @Test
  void capacitiesWasteLittle() {
    for (int n = 1; n < 5_000_000; n += 1 + n / 7) {
      int capacity = Pool.capacity(n);
      assertTrue(capacity >= n && (n <= 16 || capacity <= 1.25 * n), n + " -> " + capacity);
      assertEquals(capacity, Pool.capacity(capacity));
    }
    assertEquals(Integer.MAX_VALUE - 9, Pool.capacity(Integer.MAX_VALUE - 9));
  }
}
