package org.genlab.tensor.backend;

/** A buffer that is a Java array. */
public final class HostBuffer implements Buffer {
  private final float[] array;

  /**
   * @param array taken as it is, not copied
   */
  public HostBuffer(float[] array) {
    this.array = array;
  }

  /** The array itself. */
  public float[] array() {
    return array;
  }

  @Override
  public int length() {
    return array.length;
  }
}
