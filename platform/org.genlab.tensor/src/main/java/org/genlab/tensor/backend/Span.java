package org.genlab.tensor.backend;

/**
 * A position in a buffer from which a kernel reads or writes. How far it reaches follows from the
 * sizes the kernel is given.
 *
 * @param buffer the memory
 * @param offset the position of the first element, in floats
 */
public record Span(Buffer buffer, int offset) {
  /** The position that many elements further on. */
  public Span plus(int elements) {
    return elements == 0 ? this : new Span(buffer, offset + elements);
  }

  /**
   * The array behind this span, for backends that compute on the JVM's heap.
   *
   * @throws ClassCastException when the buffer is not a {@link HostBuffer}
   */
  public float[] array() {
    return ((HostBuffer) buffer).array();
  }
}
