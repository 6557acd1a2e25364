package org.genlab.compute.nd4j;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.HostBuffer;
import org.genlab.tensor.backend.Span;

/**
 * Kernels that ND4J lacks, or has wrong or very slowly: computed by a backend of the JVM on copies.
 * A new kernel is one line:
 *
 * <pre>{@code
 * public void softmax(Span x, Span y, int rows, int n) {
 *   host.run((jvm, copy) -> jvm.softmax(copy.in(x, rows * n), copy.out(y, rows * n), rows, n));
 * }
 * }</pre>
 */
final class HostFallback {
  private final Memory memory;
  private final Backend backend;

  /**
   * @param backend one whose buffers are {@link HostBuffer}s
   */
  HostFallback(Memory memory, Backend backend) {
    this.memory = memory;
    this.backend = backend;
  }

  /** Runs a kernel on the copies it asks for, then copies its outputs back. */
  void run(BiConsumer<Backend, Copies> kernel) {
    Copies copies = new Copies();
    kernel.accept(backend, copies);
    copies.copyBack();
  }

  void close() {
    backend.close();
  }

  /** The copies of one call. A span that is null stays null. */
  final class Copies {
    private record Output(Span device, float[] before, float[] array) {}

    private final List<Output> outputs = new ArrayList<>();

    /** An input of n elements. */
    Span in(Span x, int n) {
      return x == null ? null : span(copy(x, n));
    }

    /** An input that reaches to the end of its buffer at most. */
    Span in(Span x) {
      return x == null ? null : in(x, rest(x));
    }

    /** An output of n elements, all of which are written. */
    Span out(Span y, int n) {
      return y == null ? null : output(y, null, new float[n]);
    }

    /** An output of n elements that is added to, or of which only a part is written. */
    Span inOut(Span y, int n) {
      if (y == null) {
        return null;
      }
      float[] before = copy(y, n);
      return output(y, before, before.clone());
    }

    /** An output that reaches to the end of its buffer at most. */
    Span inOut(Span y) {
      return y == null ? null : inOut(y, rest(y));
    }

    private int rest(Span span) {
      return span.buffer().length() - span.offset();
    }

    private float[] copy(Span span, int n) {
      float[] array = new float[n];
      memory.read(span, array, 0, n);
      return array;
    }

    private Span output(Span device, float[] before, float[] array) {
      outputs.add(new Output(device, before, array));
      return span(array);
    }

    private Span span(float[] array) {
      return new Span(new HostBuffer(array), 0);
    }

    private void copyBack() {
      for (Output output : outputs) {
        int from = 0;
        int to = output.array.length;
        if (output.before != null) {
          // Other threads may meanwhile have written to places that this kernel left alone.
          while (from < to && isSame(output, from)) {
            from++;
          }
          while (to > from && isSame(output, to - 1)) {
            to--;
          }
        }
        memory.write(output.array, from, output.device.plus(from), to - from);
      }
    }

    private boolean isSame(Output output, int i) {
      return Float.floatToRawIntBits(output.before[i]) == Float.floatToRawIntBits(output.array[i]);
    }
  }
}
