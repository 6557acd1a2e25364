package org.genlab.tensor;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Buffer;

/**
 * Buffers of a backend that are free to be used again by one thread. Sizes are rounded up to a
 * quarter of a power of two, so that at most a fifth of a buffer is wasted and slightly different
 * sizes share buffers.
 */
final class Pool {
  /** After how many closed outermost scopes buffers that were not needed are given up. */
  private static final int WINDOW = 256;

  private static final class Bucket {
    final ArrayDeque<Buffer> free = new ArrayDeque<>();

    /** The least number of free buffers since the window began: so many were not needed. */
    int idle;
  }

  private final Backend backend;
  private final Thread thread = Thread.currentThread();
  private final Map<Integer, Bucket> buckets = new TreeMap<>();
  private boolean closed;
  private int rounds;
  private long allocated;

  Pool(Backend backend) {
    this.backend = backend;
  }

  Backend backend() {
    return backend;
  }

  /** A buffer of at least that length whose content is undefined. */
  Buffer take(int length) {
    int capacity = capacity(length);
    Bucket bucket = buckets.get(capacity);
    if (bucket != null && !bucket.free.isEmpty()) {
      Buffer buffer = bucket.free.pop();
      bucket.idle = Math.min(bucket.idle, bucket.free.size());
      return buffer;
    }
    allocated += capacity;
    return backend.allocate(capacity);
  }

  /** The length of the buffer in which so many elements are kept. */
  static int capacity(int length) {
    if (length <= 16) {
      return 16;
    }
    int step = Integer.highestOneBit(length - 1) / 4;
    long rounded = ((long) length + step - 1) / step * step;
    return rounded > Integer.MAX_VALUE - 8 ? length : (int) rounded;
  }

  /** Takes a buffer back; what other threads or a closed pool give back is given up. */
  void put(Buffer buffer) {
    if (closed || Thread.currentThread() != thread) {
      backend.free(buffer);
      return;
    }
    buckets.computeIfAbsent(buffer.length(), length -> new Bucket()).free.push(buffer);
  }

  /** Notes that an outermost scope was closed. */
  void endRound() {
    if (++rounds < WINDOW) {
      return;
    }
    rounds = 0;
    for (Iterator<Bucket> all = buckets.values().iterator(); all.hasNext(); ) {
      Bucket bucket = all.next();
      for (int i = 0; i < bucket.idle; i++) {
        backend.free(bucket.free.removeLast());
      }
      bucket.idle = bucket.free.size();
      if (bucket.free.isEmpty()) {
        all.remove();
      }
    }
  }

  /** How many floats were ever asked of the backend. */
  long allocated() {
    return allocated;
  }

  void close() {
    closed = true;
    buckets.values().forEach(bucket -> bucket.free.forEach(backend::free));
    buckets.clear();
  }
}
