package org.genlab.tensor.random;

/**
 * The function Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011): 128 random bits from a key of 64 and a counter of 128 bits.
 */
public final class Philox {
  private static final int M0 = 0xD2511F53;
  private static final int M1 = 0xCD9E8D57;
  private static final int W0 = 0x9E3779B9;
  private static final int W1 = 0xBB67AE85;

  private Philox() {}

  /**
   * Computes one block.
   *
   * @param key the key, low word first
   * @param low the lower half of the counter, low word first
   * @param high the upper half of the counter, low word first
   * @param words receives the four words
   */
  public static void block(long key, long low, long high, int[] words) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    int x0 = (int) low;
    int x1 = (int) (low >>> 32);
    int x2 = (int) high;
    int x3 = (int) (high >>> 32);
    for (int round = 0; round < 10; round++) {
      long p0 = (M0 & 0xFFFFFFFFL) * (x0 & 0xFFFFFFFFL);
      long p1 = (M1 & 0xFFFFFFFFL) * (x2 & 0xFFFFFFFFL);
      x0 = (int) (p1 >>> 32) ^ x1 ^ k0;
      x1 = (int) p1;
      x2 = (int) (p0 >>> 32) ^ x3 ^ k1;
      x3 = (int) p0;
      k0 += W0;
      k1 += W1;
    }
    words[0] = x0;
    words[1] = x1;
    words[2] = x2;
    words[3] = x3;
  }
}
