package org.genlab.tensor;

import org.genlab.tensor.backend.Buffer;
import org.genlab.tensor.backend.Span;

/**
 * The memory of a tensor and of the views of it: a pooled buffer that may be given back once. The
 * buffer is used again by others, this object is not; so a late use can be recognised.
 */
final class Storage {
  private final Pool pool;
  private Buffer buffer;

  /** The scope that recycles this storage, or null when the garbage collector does. */
  Scope scope;

  private boolean relinquished;

  Storage(Pool pool, Buffer buffer) {
    this.pool = pool;
    this.buffer = buffer;
  }

  /** The first element. */
  Span span() {
    return new Span(buffer, 0);
  }

  boolean isReleased() {
    return buffer == null;
  }

  /**
   * @throws IllegalStateException when it was given back
   */
  void check(Shape shape) {
    if (buffer == null) {
      throw new IllegalStateException(
          "a tensor of shape "
              + shape
              + " is used after the scope that it was made in was closed, or after it was"
              + " released; keep it with Scope.keep, or take a copy()");
    }
  }

  /** Lets the next who asks have the buffer, see {@link #takenOver}. */
  void relinquish(boolean given) {
    relinquished = given;
  }

  /**
   * The memory in the hands of another object, so that a use of this one can be recognised; null
   * when it was not given up, or belongs to another pool, or is larger than so many elements need.
   */
  Storage takenOver(Pool asking, int length) {
    if (!relinquished
        || buffer == null
        || asking != pool
        || buffer.length() != Pool.capacity(length)) {
      return null;
    }
    Storage next = new Storage(pool, buffer);
    buffer = null;
    return next;
  }

  /** Gives the buffer back; the second time, nothing happens. */
  void release() {
    if (buffer != null) {
      Buffer free = buffer;
      buffer = null;
      pool.put(free);
    }
  }
}
