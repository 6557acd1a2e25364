package org.genlab.compute.jvm;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector width of this JVM: the preferred one, at most 512 bits, or what the system property
 * {@code genlab.vector.bits} (128, 256 or 512) says. It never changes results.
 */
final class Lanes {
  /** Vectors of floats. */
  static final VectorSpecies<Float> F = species(System.getProperty("genlab.vector.bits"));

  /** Vectors of as many integers. */
  static final VectorSpecies<Integer> I = integers(F.vectorBitSize());

  /** Floats in a vector: 4, 8 or 16, so that it divides {@code Backend.LANES}. */
  static final int LEN = F.length();

  /**
   * Where the sums of a tile start that adds to nothing: it reads these instead of what is there.
   * With a branch in its place the vectors have two origins, which makes the code of a tile half as
   * large again and takes the compiler closer to keeping them as objects.
   */
  static final float[] ZEROS = new float[3 * LEN];

  private Lanes() {}

  private static VectorSpecies<Float> species(String bits) {
    int wanted = FloatVector.SPECIES_PREFERRED.vectorBitSize();
    if (bits != null) {
      switch (bits) {
        case "128", "256", "512" -> wanted = Integer.parseInt(bits);
        default ->
            throw new IllegalStateException(
                "genlab.vector.bits is " + bits + "; it must be 128, 256 or 512");
      }
    }
    if (wanted >= 512) {
      return FloatVector.SPECIES_512;
    }
    return wanted == 256 ? FloatVector.SPECIES_256 : FloatVector.SPECIES_128;
  }

  private static VectorSpecies<Integer> integers(int bits) {
    if (bits == 512) {
      return IntVector.SPECIES_512;
    }
    return bits == 256 ? IntVector.SPECIES_256 : IntVector.SPECIES_128;
  }

  /** The part of n that full vectors cover. */
  static int whole(int n) {
    return n & -LEN;
  }

  /** n rounded up to a multiple of 16, whatever the width. */
  static int padded(int n) {
    return (n + 15) & -16;
  }
}
