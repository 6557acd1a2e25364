package org.genlab.study.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SchedulerTest {
  private record Task(long cost, IntConsumer body) implements Scheduler.Job {
    @Override
    public void run(int threads) {
      body.accept(threads);
    }
  }

  private static List<Integer> threadsOf(int jobs, int processors) throws InterruptedException {
    List<Integer> threads = Collections.synchronizedList(new ArrayList<>());
    // None ends before all that fit have started.
    CyclicBarrier all = new CyclicBarrier(Math.min(jobs, processors));
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < jobs; i++) {
      tasks.add(
          new Task(
              1,
              n -> {
                threads.add(n);
                try {
                  all.await(20, TimeUnit.SECONDS);
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              }));
    }
    new Scheduler(processors).run(tasks, () -> false);
    Collections.sort(threads);
    return threads;
  }

  @Test
  void oneJobGetsAllProcessors() throws InterruptedException {
    assertEquals(List.of(6), threadsOf(1, 6));
  }

  @Test
  void fewJobsShareThem() throws InterruptedException {
    assertEquals(List.of(3, 3), threadsOf(2, 6));
    assertEquals(List.of(1, 2, 2), threadsOf(3, 5));
  }

  @Test
  void manyJobsGetOneEachAndNeverMoreRunThanThereAreProcessors() throws InterruptedException {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      tasks.add(
          new Task(
              i,
              n -> {
                most.accumulateAndGet(running.addAndGet(n), Math::max);
                done.incrementAndGet();
                running.addAndGet(-n);
              }));
    }
    new Scheduler(3).run(tasks, () -> false);
    assertEquals(40, done.get());
    assertTrue(most.get() <= 3);
  }

  @Test
  void theLongestComeFirst() throws InterruptedException {
    List<Long> order = Collections.synchronizedList(new ArrayList<>());
    List<Task> tasks = new ArrayList<>();
    for (long cost : new long[] {3, 9, 1, 7}) {
      tasks.add(new Task(cost, n -> order.add(cost)));
    }
    new Scheduler(1).run(tasks, () -> false);
    assertEquals(List.of(9L, 7L, 3L, 1L), order);
  }

  @Test
  void nothingStartsAfterAStop() throws InterruptedException {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger done = new AtomicInteger();
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      tasks.add(new Task(0, n -> stop.set(done.incrementAndGet() == 2)));
    }
    new Scheduler(1).run(tasks, stop::get);
    assertEquals(2, done.get());
  }

  @Test
  void errorsArePassedOn() {
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      tasks.add(
          new Task(
              0,
              n -> {
                throw new AssertionError("broken");
              }));
    }
    Scheduler scheduler = new Scheduler(2);
    assertThrows(AssertionError.class, () -> scheduler.run(tasks, () -> false));
  }
}
