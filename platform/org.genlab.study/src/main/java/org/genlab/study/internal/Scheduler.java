package org.genlab.study.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * Runs jobs side by side: as many as there are processors with one thread each, the longest first;
 * processors that no waiting job needs go to the jobs that start last.
 */
public final class Scheduler {
  private final int processors;

  /** A piece of work. */
  public interface Job {
    /** What it costs, to be compared with that of others. */
    long cost();

    /** Does it; whatever can go wrong is dealt with here. */
    void run(int threads);
  }

  /**
   * @param processors at least 1
   */
  public Scheduler(int processors) {
    this.processors = Math.max(1, processors);
  }

  /**
   * Runs all jobs and returns when they have ended.
   *
   * @param stopped when true no further job is started
   * @throws InterruptedException when interrupted; jobs that run are not waited for
   */
  public void run(List<? extends Job> jobs, BooleanSupplier stopped) throws InterruptedException {
    List<Job> sorted = new ArrayList<>(jobs);
    sorted.sort(Comparator.comparingLong(Job::cost).reversed());
    new Round(new ArrayDeque<>(sorted), stopped).run();
  }

  private final class Round {
    private final Deque<Job> waiting;
    private final BooleanSupplier stopped;
    private final CountDownLatch ended;
    private final AtomicReference<Error> error = new AtomicReference<>();
    private int free = processors;
    private int started;

    Round(Deque<Job> waiting, BooleanSupplier stopped) {
      this.waiting = waiting;
      this.stopped = stopped;
      this.ended = new CountDownLatch(waiting.size());
    }

    void run() throws InterruptedException {
      startSome();
      ended.await();
      if (error.get() != null) {
        throw error.get();
      }
    }

    private synchronized void startSome() {
      if (stopped.getAsBoolean() || error.get() != null) {
        for (; !waiting.isEmpty(); waiting.remove()) {
          ended.countDown();
        }
      }
      while (!waiting.isEmpty() && free > 0) {
        Job job = waiting.remove();
        int threads = Math.max(1, free / (1 + waiting.size()));
        free -= threads;
        Thread thread = new Thread(() -> runOne(job, threads), "run-" + ++started);
        thread.setDaemon(true);
        thread.start();
      }
    }

    private void runOne(Job job, int threads) {
      try {
        job.run(threads);
      } catch (Error e) {
        error.compareAndSet(null, e);
      } finally {
        synchronized (this) {
          free += threads;
        }
        startSome();
        ended.countDown();
      }
    }
  }
}
