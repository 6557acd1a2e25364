package org.genlab.compute.nd4j;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.genlab.tensor.backend.Buffer;
import org.genlab.tensor.backend.Span;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A block of floats of ND4J, outside of the heap, with the views that were asked of it. */
final class Nd4jBuffer implements Buffer {
  /** Making a view takes longer than a small kernel, and buffers are used again for the same. */
  private static final int CACHED = 64;

  /** Where a view lies. */
  private static final class Place {
    private final int offset;
    private final long[] shape;
    private final long[] strides;

    Place(int offset, long[] shape, long[] strides) {
      this.offset = offset;
      this.shape = shape;
      this.strides = strides;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Place place
          && offset == place.offset
          && Arrays.equals(shape, place.shape)
          && Arrays.equals(strides, place.strides);
    }

    @Override
    public int hashCode() {
      return (31 * offset + Arrays.hashCode(shape)) * 31 + Arrays.hashCode(strides);
    }
  }

  private final int length;
  private final INDArray all;
  private final Map<Place, INDArray> views = new ConcurrentHashMap<>();

  Nd4jBuffer(int length) {
    this.length = length;
    // ND4J has no arrays of length 0 with memory; a workspace of the caller must not own it.
    this.all = Nd4j.createUninitializedDetached(DataType.FLOAT, Math.max(1, length));
  }

  @Override
  public int length() {
    return length;
  }

  DataBuffer data() {
    return all.data();
  }

  /** Frees the memory; views become invalid. */
  void close() {
    views.clear();
    all.close();
  }

  /**
   * An array over part of the memory behind a span.
   *
   * @param shape no dimension 0
   * @param strides in floats; 0 repeats
   */
  static INDArray view(Span span, long[] shape, long[] strides) {
    return ((Nd4jBuffer) span.buffer()).view(span.offset(), shape, strides);
  }

  /** A dense vector. */
  static INDArray vector(Span span, int n) {
    return view(span, new long[] {n}, new long[] {1});
  }

  /** A dense matrix. */
  static INDArray matrix(Span span, int rows, int columns) {
    return view(span, new long[] {rows, columns}, new long[] {columns, 1});
  }

  private INDArray view(int offset, long[] shape, long[] strides) {
    Place place = new Place(offset, shape, strides);
    INDArray view = views.get(place);
    if (view == null) {
      if (views.size() >= CACHED) {
        views.clear();
      }
      view = Nd4j.create(all.data(), shape, strides, offset, order(shape, strides));
      views.put(place, view);
    }
    return view;
  }

  /** What ND4J calls the order: whether the first or the last dimension is the fastest. */
  private static char order(long[] shape, long[] strides) {
    int last = shape.length - 1;
    boolean firstIsFastest =
        last > 0 && shape[last] > 1 && strides[last - 1] > 0 && strides[last - 1] < strides[last];
    return firstIsFastest ? 'f' : 'c';
  }
}
