package org.genlab.procedures.data;

/**
 * A random permutation of 0 ... n-1 that is computed and not stored: a Feistel network of six
 * rounds on the smallest square of a power of two that holds n, walked until it comes back below n
 * (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002, section 3 and "cycle
 * walking").
 *
 * @param n how many numbers, at least 1
 * @param key chooses the permutation
 */
record Shuffle(int n, long key) {
  private static final int ROUNDS = 6;

  /** Where position i goes. */
  int at(int i) {
    int half = 1;
    while (1L << (2 * half) < n) {
      half++;
    }
    long mask = (1L << half) - 1;
    long x = i;
    do {
      long left = x >>> half;
      long right = x & mask;
      for (int round = 0; round < ROUNDS; round++) {
        long next = left ^ (mixed(right, round) & mask);
        left = right;
        right = next;
      }
      x = left << half | right;
    } while (x >= n);
    return (int) x;
  }

  /** The finaliser of SplitMix64 on the key, the round and half of the position. */
  private long mixed(long right, int round) {
    long z = key + 0x9E3779B97F4A7C15L * (right * ROUNDS + round + 1);
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
