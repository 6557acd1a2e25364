package org.genlab.compute.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkersTest {
  @Test
  void runsEveryChunkOnce() {
    for (int threads = 1; threads <= 4; threads++) {
      try (Workers workers = new Workers(threads)) {
        for (int chunks = 0; chunks < 200; chunks++) {
          AtomicIntegerArray runs = new AtomicIntegerArray(chunks);
          workers.run(chunks, runs::incrementAndGet);
          for (int i = 0; i < chunks; i++) {
            assertEquals(1, runs.get(i), i + " of " + chunks);
          }
        }
      }
    }
  }

  @Test
  void wakesThreadsThatWentToSleep() throws InterruptedException {
    try (Workers workers = new Workers(2)) {
      for (int round = 0; round < 20; round++) {
        AtomicIntegerArray runs = new AtomicIntegerArray(64);
        workers.run(64, runs::incrementAndGet);
        for (int i = 0; i < 64; i++) {
          assertEquals(1, runs.get(i));
        }
        Thread.sleep(2);
      }
    }
  }

  @Test
  void servesSeveralCallersAtOnce() throws InterruptedException {
    try (Workers workers = new Workers(2)) {
      AtomicIntegerArray runs = new AtomicIntegerArray(50);
      Runnable caller =
          () -> {
            for (int round = 0; round < 100; round++) {
              workers.run(50, runs::incrementAndGet);
            }
          };
      Thread[] callers = {new Thread(caller), new Thread(caller), new Thread(caller)};
      for (Thread thread : callers) {
        thread.start();
      }
      for (Thread thread : callers) {
        thread.join();
      }
      for (int i = 0; i < 50; i++) {
        assertEquals(300, runs.get(i));
      }
    }
  }

  @Test
  void callersSeeFailures() {
    try (Workers workers = new Workers(3)) {
      IllegalArgumentException failure = new IllegalArgumentException("chunk 7");
      IllegalArgumentException seen =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  workers.run(
                      20,
                      chunk -> {
                        if (chunk == 7) {
                          throw failure;
                        }
                      }));
      assertSame(failure, seen);
      AtomicIntegerArray runs = new AtomicIntegerArray(20);
      workers.run(20, runs::incrementAndGet);
      assertEquals(1, runs.get(19));
    }
  }

  @Test
  void computesWithoutHelpWhenClosed() {
    Workers workers = new Workers(2);
    workers.close();
    AtomicIntegerArray runs = new AtomicIntegerArray(30);
    workers.run(30, runs::incrementAndGet);
    for (int i = 0; i < 30; i++) {
      assertEquals(1, runs.get(i));
    }
  }
}
