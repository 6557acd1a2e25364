package org.genlab.compute.jvm;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that share the chunks of one computation after the other. The caller is one of them. Each
 * takes the chunks of its own range first, the same range in each computation, so that data stays
 * in its cache, and then helps the others. Waiting threads spin for a moment, then park.
 */
final class Workers implements AutoCloseable {
  /** A computation in independent chunks. */
  @FunctionalInterface
  interface Task {
    void run(int chunk);
  }

  /** How long a thread spins before it parks. */
  private static final long SPIN_NANOS = 30_000;

  private static final int SPINS_A_LOOK_AT_THE_CLOCK = 64;

  /** Distance between counters, to keep them on different cache lines. */
  private static final int APART = 32;

  private static final class Job {
    final Task task;
    final int chunks;
    final int workers;
    final AtomicIntegerArray next;
    final AtomicInteger unfinished;
    final AtomicReference<Throwable> failure = new AtomicReference<>();
    final Thread caller = Thread.currentThread();

    Job(Task task, int chunks, int workers) {
      this.task = task;
      this.chunks = chunks;
      this.workers = workers;
      this.next = new AtomicIntegerArray((workers + 1) * APART);
      this.unfinished = new AtomicInteger(chunks);
      for (int w = 0; w < workers; w++) {
        next.setRelease((w + 1) * APART, start(w));
      }
    }

    private int start(int worker) {
      return (int) ((long) chunks * worker / workers);
    }

    void work(int worker) {
      int done = 0;
      for (int i = 0; i < workers; i++) {
        int range = (worker + i) % workers;
        int end = start(range + 1);
        int counter = (range + 1) * APART;
        while (next.get(counter) < end) {
          int chunk = next.getAndIncrement(counter);
          if (chunk >= end) {
            break;
          }
          done++;
          try {
            task.run(chunk);
          } catch (Throwable e) {
            failure.compareAndSet(null, e);
          }
        }
      }
      if (done > 0 && unfinished.addAndGet(-done) == 0 && Thread.currentThread() != caller) {
        LockSupport.unpark(caller);
      }
    }
  }

  private final Thread[] threads;
  private final boolean[] parked;
  private final AtomicInteger busy = new AtomicInteger();
  private volatile Job job;
  private volatile boolean closed;

  /**
   * @param count with the caller, at least 1
   */
  Workers(int count) {
    threads = new Thread[count - 1];
    parked = new boolean[count - 1];
    for (int i = 0; i < threads.length; i++) {
      int worker = i + 1;
      threads[i] = new Thread(() -> serve(worker), "genlab-compute-" + worker);
      threads[i].setDaemon(true);
      threads[i].start();
    }
  }

  int count() {
    return threads.length + 1;
  }

  /** Runs all chunks and returns when they are done. */
  void run(int chunks, Task task) {
    if (chunks <= 0) {
      return;
    }
    if (chunks == 1 || threads.length == 0 || !busy.compareAndSet(0, 1)) {
      for (int i = 0; i < chunks; i++) {
        task.run(i);
      }
      return;
    }
    try {
      Job current = new Job(task, chunks, count());
      job = current;
      wake();
      current.work(0);
      await(current);
      rethrow(current.failure.get());
    } finally {
      busy.set(0);
    }
  }

  private static void rethrow(Throwable failure) {
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }

  private void wake() {
    for (int i = 0; i < threads.length; i++) {
      boolean sleeping;
      synchronized (parked) {
        sleeping = parked[i];
        parked[i] = false;
      }
      if (sleeping) {
        LockSupport.unpark(threads[i]);
      }
    }
  }

  private static void await(Job current) {
    long from = System.nanoTime();
    for (int i = 1; current.unfinished.get() > 0; i++) {
      if (i % SPINS_A_LOOK_AT_THE_CLOCK == 0 && System.nanoTime() - from > SPIN_NANOS) {
        LockSupport.park(current);
      } else {
        Thread.onSpinWait();
      }
    }
  }

  private void serve(int worker) {
    Job last = null;
    while (!closed) {
      Job current = next(worker, last);
      if (current != null) {
        current.work(worker);
        last = current;
      }
    }
  }

  /** The next job, or null when there was none for a while or the threads are to end. */
  private Job next(int worker, Job last) {
    long from = System.nanoTime();
    for (int i = 1; !closed; i++) {
      Job current = job;
      if (current != last) {
        return current;
      }
      if (i % SPINS_A_LOOK_AT_THE_CLOCK == 0 && System.nanoTime() - from > SPIN_NANOS) {
        break;
      }
      Thread.onSpinWait();
    }
    synchronized (parked) {
      parked[worker - 1] = true;
    }
    // whoever publishes a job after this sees that this thread sleeps
    while (!closed && job == last && isParked(worker)) {
      LockSupport.park(this);
    }
    synchronized (parked) {
      parked[worker - 1] = false;
    }
    return job == last ? null : job;
  }

  private boolean isParked(int worker) {
    synchronized (parked) {
      return parked[worker - 1];
    }
  }

  /** Ends the threads. */
  @Override
  public void close() {
    closed = true;
    for (Thread thread : threads) {
      LockSupport.unpark(thread);
    }
  }
}
