package org.genlab.compute.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Buffer;
import org.genlab.tensor.backend.ScalarBackend;
import org.genlab.tensor.backend.Span;
import org.genlab.tensor.backend.Unary;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MemoryTest {
  /** The way to a device's memory works for the processor's, too. */
  @ParameterizedTest
  @EnumSource
  void readsAndWritesParts(Memory memory) {
    new Nd4jBackendProvider().create(1).close();
    try (Backend backend = new Nd4jBackend(1, memory, new ScalarBackend())) {
      Buffer buffer = backend.allocate(10);
      Span all = new Span(buffer, 0);
      backend.fill(1, all, 10);
      backend.write(new float[] {2, 3, 4, 5}, 1, all.plus(4), 3);
      backend.write(new float[0], 0, all.plus(10), 0);
      // on the host
      backend.unary(Unary.SIGN, 0, 0, all, all, 1);
      backend.scatterAddRows(all.plus(4), new int[] {2, 0, 2}, all.plus(7), 3, 1);
      float[] read = new float[12];
      backend.read(all, read, 1, 10);
      assertArrayEquals(new float[] {0, 1, 1, 1, 1, 3, 4, 5, 5, 1, 9, 0}, read);
      backend.free(buffer);
    }
  }
}
