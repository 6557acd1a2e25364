package org.genlab.compute.jvm;

/** Arrays a thread uses again and again inside kernels, so that these allocate nothing. */
final class Scratch {
  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  /** Arrays longer than this (64 MiB) are not kept. */
  private static final int LARGEST_KEPT = 1 << 24;

  /** Numbers of the places below. */
  static final int SLOTS = 40;

  /** Three short arrays for the ends of rows. */
  final float[] first = new float[16];

  final float[] second = new float[16];
  final float[] third = new float[16];

  /** The accumulators of a row. */
  final float[] lanes = new float[16];

  private final float[][] arrays = new float[SLOTS][0];

  private Scratch() {}

  static Scratch get() {
    return OF_THREAD.get();
  }

  /**
   * An array of at least that length; what it holds is undefined.
   *
   * @param slot which one, in [0, SLOTS); the same slot gives the same array
   */
  float[] array(int slot, int length) {
    float[] array = arrays[slot];
    if (array.length >= length) {
      return array;
    }
    float[] larger = new float[Lanes.padded(length)];
    if (length <= LARGEST_KEPT) {
      arrays[slot] = larger;
    }
    return larger;
  }
}
