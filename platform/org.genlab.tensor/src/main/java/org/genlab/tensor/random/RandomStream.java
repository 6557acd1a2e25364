package org.genlab.tensor.random;

import java.nio.charset.StandardCharsets;

/**
 * A stream of random numbers that is a pure function of its key: Philox4x32-10 (Salmon, Moraes,
 * Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011). Not thread-safe; cheap to
 * create, so each use makes its own.
 */
public final class RandomStream {
  private final long key;
  private final long high;
  private final int[] block = new int[4];
  private long counter;
  private int used = 4;
  private double spare = Double.NaN;

  private RandomStream(long key, long high) {
    this.key = key;
    this.high = high;
  }

  /**
   * The stream of a seed, a name and counters.
   *
   * @param seed the seed of the run
   * @param name who draws, and what for
   * @param counters whatever distinguishes repeated uses
   */
  public static RandomStream of(long seed, String name, long... counters) {
    long h = mix(seed ^ 0x6A09E667F3BCC908L);
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      h = mix(h ^ (b & 0xFF));
    }
    long g = mix(h ^ counters.length);
    for (long c : counters) {
      g = mix(g ^ c);
    }
    return new RandomStream(h, g);
  }

  /** The finaliser of SplitMix64: a bijection that scatters every bit. */
  private static long mix(long z) {
    long x = z + 0x9E3779B97F4A7C15L;
    x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }

  /** 32 random bits. */
  public int nextInt() {
    if (used == 4) {
      Philox.block(key, counter, high, block);
      counter++;
      used = 0;
    }
    return block[used++];
  }

  /** 64 random bits. */
  public long nextLong() {
    return ((long) nextInt() << 32) | (nextInt() & 0xFFFFFFFFL);
  }

  /**
   * A uniform integer in [0, bound), without bias (Lemire 2019).
   *
   * @throws IllegalArgumentException when the bound is not positive
   */
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("nextInt: bound " + bound + " is not positive");
    }
    long m = (nextInt() & 0xFFFFFFFFL) * bound;
    if ((m & 0xFFFFFFFFL) < bound) {
      long threshold = (0x100000000L - bound) % bound;
      while ((m & 0xFFFFFFFFL) < threshold) {
        m = (nextInt() & 0xFFFFFFFFL) * bound;
      }
    }
    return (int) (m >>> 32);
  }

  /** A uniform number in [0, 1), a multiple of 2^-53. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** A uniform number in [0, 1), a multiple of 2^-24. */
  public float nextFloat() {
    return (nextInt() >>> 8) * 0x1.0p-24f;
  }

  /** A standard normal number (Box and Muller 1958), with StrictMath: the same on every machine. */
  public double nextGaussian() {
    if (!Double.isNaN(spare)) {
      double value = spare;
      spare = Double.NaN;
      return value;
    }
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    double angle = 2 * Math.PI * nextDouble();
    spare = radius * StrictMath.sin(angle);
    return radius * StrictMath.cos(angle);
  }

  /**
   * A uniformly random order of 0 ... n-1 (Fisher and Yates).
   *
   * @throws IllegalArgumentException when n is negative
   */
  public int[] permutation(int n) {
    if (n < 0) {
      throw new IllegalArgumentException("permutation: " + n + " is negative");
    }
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
