package org.genlab.compute.nd4j;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.genlab.tensor.backend.Span;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Copies between the heap and ND4J's memory. */
enum Memory {
  /** The processor's, read and written where it lies. */
  HOST {
    @Override
    void get(Span from, float[] to, int position, int n) {
      pointer(from).get(to, position, n);
    }

    @Override
    void put(float[] from, int position, Span to, int n) {
      pointer(to).put(from, position, n);
    }

    private FloatPointer pointer(Span span) {
      Pointer start = ((Nd4jBuffer) span.buffer()).data().pointer();
      // A copy, as the position of a shared pointer is state.
      return new FloatPointer(start).position(span.offset());
    }
  },

  /** A device's, through ND4J's own operations, which keep both copies in step. */
  DEVICE {
    @Override
    void get(Span from, float[] to, int position, int n) {
      float[] values = Nd4jBuffer.vector(from, n).toFloatVector();
      System.arraycopy(values, 0, to, position, n);
    }

    @Override
    void put(float[] from, int position, Span to, int n) {
      float[] values = Arrays.copyOfRange(from, position, position + n);
      try (INDArray copy = Nd4j.createFromArray(values)) {
        Nd4jBuffer.vector(to, n).assign(copy);
      }
    }
  };

  /** Copies n elements to an array. */
  final void read(Span from, float[] to, int position, int n) {
    if (n > 0) {
      get(from, to, position, n);
    }
  }

  /** Copies n elements from an array. */
  final void write(float[] from, int position, Span to, int n) {
    if (n > 0) {
      put(from, position, to, n);
    }
  }

  abstract void get(Span from, float[] to, int position, int n);

  abstract void put(float[] from, int position, Span to, int n);
}
