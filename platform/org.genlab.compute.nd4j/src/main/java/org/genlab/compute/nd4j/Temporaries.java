package org.genlab.compute.nd4j;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.genlab.tensor.backend.Span;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Memory for the intermediate results of composed kernels, used again: fresh pages from the system
 * take longer than the arithmetic on them.
 */
final class Temporaries {
  /** How many floats are kept at most. */
  private static final long KEPT = 1L << 26;

  private final Map<Integer, Deque<Nd4jBuffer>> free = new HashMap<>();
  private long kept;
  private Nd4jBuffer ones = new Nd4jBuffer(0);

  /** Opens a kernel's use of temporaries. */
  Lease open() {
    return new Lease();
  }

  /** The temporaries of a kernel, given back when it is closed. */
  final class Lease implements AutoCloseable {
    private final List<Nd4jBuffer> taken = new ArrayList<>();

    /** An array like another, with undefined content. */
    INDArray like(INDArray x) {
      long[] shape = x.shape();
      long[] strides = new long[shape.length];
      long n = 1;
      for (int d = shape.length - 1; d >= 0; d--) {
        strides[d] = n;
        n *= shape[d];
      }
      return Nd4jBuffer.view(span(Math.toIntExact(n)), shape, strides);
    }

    /** A matrix with undefined content. */
    INDArray matrix(int rows, int columns) {
      return Nd4jBuffer.matrix(span(rows * columns), rows, columns);
    }

    /** Memory with undefined content. */
    Span span(int n) {
      Nd4jBuffer buffer = take(n);
      taken.add(buffer);
      return new Span(buffer, 0);
    }

    @Override
    public void close() {
      taken.forEach(Temporaries.this::put);
      taken.clear();
    }
  }

  /** A matrix of ones, not to be written to; its product with another sums that. */
  synchronized INDArray ones(int rows, int columns) {
    int n = rows * columns;
    if (ones.length() < n) {
      // The garbage collector frees the old one: another thread may be reading it.
      ones = new Nd4jBuffer(capacity(n));
      Nd4jBuffer.vector(new Span(ones, 0), ones.length()).assign(1);
    }
    return Nd4jBuffer.matrix(new Span(ones, 0), rows, columns);
  }

  private synchronized Nd4jBuffer take(int n) {
    Deque<Nd4jBuffer> same = free.get(capacity(n));
    if (same == null || same.isEmpty()) {
      return new Nd4jBuffer(capacity(n));
    }
    Nd4jBuffer buffer = same.pop();
    kept -= buffer.length();
    return buffer;
  }

  private synchronized void put(Nd4jBuffer buffer) {
    if (kept + buffer.length() > KEPT) {
      buffer.close();
      return;
    }
    kept += buffer.length();
    free.computeIfAbsent(buffer.length(), length -> new ArrayDeque<>()).push(buffer);
  }

  private static int capacity(int n) {
    return n > 1 << 30 ? n : Math.max(64, Integer.highestOneBit(Math.max(1, n - 1)) << 1);
  }

  synchronized void close() {
    free.values().forEach(same -> same.forEach(Nd4jBuffer::close));
    free.clear();
    kept = 0;
  }
}
