package org.genlab.tensor;

import java.util.ArrayDeque;
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

  /** How many capacities there are. */
  private static final int SIZES = 4 * 31;

  /** Beyond, lengths are not rounded to capacities. */
  private static final int LARGEST = 7 << 28;

  private static final class Bucket {
    final ArrayDeque<Buffer> free = new ArrayDeque<>();

    /** The least number of free buffers since the window began: so many were not needed. */
    int idle;
  }

  private final Backend backend;
  private final Thread thread = Thread.currentThread();
  private final Bucket[] buckets = new Bucket[SIZES];
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
    Bucket bucket = capacity > LARGEST ? null : buckets[index(capacity)];
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

  /** Which of all capacities that is. */
  private static int index(int capacity) {
    int exponent = 31 - Integer.numberOfLeadingZeros(capacity - 1);
    return 4 * exponent + (((capacity - 1) >> (exponent - 2)) & 3);
  }

  /**
   * Takes a buffer back; what other threads or a closed pool give back is given up, and what is
   * larger than any capacity.
   */
  void put(Buffer buffer) {
    int length = buffer.length();
    if (closed || Thread.currentThread() != thread || length > LARGEST) {
      backend.free(buffer);
      return;
    }
    int index = index(length);
    if (buckets[index] == null) {
      buckets[index] = new Bucket();
    }
    buckets[index].free.push(buffer);
  }

  /** Notes that an outermost scope was closed. */
  void endRound() {
    if (++rounds < WINDOW) {
      return;
    }
    rounds = 0;
    for (int index = 0; index < SIZES; index++) {
      Bucket bucket = buckets[index];
      if (bucket == null) {
        continue;
      }
      for (int i = 0; i < bucket.idle; i++) {
        backend.free(bucket.free.removeLast());
      }
      bucket.idle = bucket.free.size();
      if (bucket.free.isEmpty()) {
        buckets[index] = null;
      }
    }
  }

  /** How many floats were ever asked of the backend. */
  long allocated() {
    return allocated;
  }

  void close() {
    closed = true;
    for (int index = 0; index < SIZES; index++) {
      if (buckets[index] != null) {
        buckets[index].free.forEach(backend::free);
        buckets[index] = null;
      }
    }
  }
}
