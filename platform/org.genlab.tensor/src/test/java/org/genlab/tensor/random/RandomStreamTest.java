package org.genlab.tensor.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/** Statistical tests with fixed seeds: bounds are five standard deviations. */
class RandomStreamTest {
  private static final int N = 200_000;

  private static RandomStream stream(long... counters) {
    return RandomStream.of(3, "test", counters);
  }

  @Test
  void sameKeyGivesSameNumbersAndOthersGiveOthers() {
    assertEquals(stream(1, 2).nextLong(), stream(1, 2).nextLong());
    Set<Long> first = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      first.add(stream(i).nextLong());
      first.add(stream(i, 0).nextLong());
      first.add(RandomStream.of(i, "test").nextLong());
      first.add(RandomStream.of(3, "test" + i).nextLong());
    }
    assertEquals(4000, first.size());
    assertNotEquals(stream(1, 2).nextLong(), stream(2, 1).nextLong());
  }

  /** The chi-squared statistic of counts that should be equal. */
  private static double chiSquared(int cells, IntSupplier draw) {
    int[] counts = new int[cells];
    for (int i = 0; i < N; i++) {
      counts[draw.getAsInt()]++;
    }
    double expected = (double) N / cells;
    return Arrays.stream(counts).mapToDouble(c -> (c - expected) * (c - expected) / expected).sum();
  }

  private static void assertUniform(int cells, IntSupplier draw) {
    double mean = cells - 1;
    assertEquals(mean, chiSquared(cells, draw), 5 * Math.sqrt(2 * mean));
  }

  @Test
  void numbersAreUniform() {
    RandomStream r = stream();
    assertUniform(97, () -> r.nextInt(97));
    assertUniform(128, () -> r.nextInt() >>> 25);
    assertUniform(100, () -> (int) (r.nextDouble() * 100));
    assertUniform(100, () -> (int) (r.nextFloat() * 100));
    // A bound just above half of all values: careless reduction would favour some.
    int bound = (1 << 30) + (1 << 29);
    assertUniform(3, () -> r.nextInt(bound) / (1 << 29));
  }

  @Test
  void firstNumbersOfConsecutiveStreamsAreIndependent() {
    int[] counter = {0};
    assertUniform(64, () -> stream(counter[0]++).nextInt(64));
    double covariance = 0;
    for (int i = 0; i < N; i++) {
      covariance += (stream(i).nextDouble() - 0.5) * (stream(i + 1).nextDouble() - 0.5);
    }
    assertEquals(0, covariance / N, 5 / (12 * Math.sqrt(N)));
  }

  @Test
  void normalNumbersHaveTheMomentsOfTheNormalDistribution() {
    RandomStream r = stream();
    double[] moments = new double[5];
    int tail = 0;
    for (int i = 0; i < N; i++) {
      double x = r.nextGaussian();
      double power = 1;
      for (int k = 1; k < 5; k++) {
        power *= x;
        moments[k] += power / N;
      }
      tail += Math.abs(x) > 1.959964 ? 1 : 0;
    }
    double root = Math.sqrt(N);
    assertEquals(0, moments[1], 5 / root);
    assertEquals(1, moments[2], 5 * Math.sqrt(2) / root);
    assertEquals(0, moments[3], 5 * Math.sqrt(15) / root);
    assertEquals(3, moments[4], 5 * Math.sqrt(96) / root);
    assertEquals(0.05, (double) tail / N, 5 * Math.sqrt(0.05 * 0.95) / root);
  }

  @Test
  void permutationsHaveEveryNumberOnceAndEveryOrderAlike() {
    int[] order = stream().permutation(1000);
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    int[] all = new int[1000];
    Arrays.setAll(all, i -> i);
    assertArrayEquals(all, sorted);
    RandomStream r = stream(1);
    assertUniform(
        24,
        () -> {
          int[] p = r.permutation(4);
          int code = 0;
          for (int i = 0; i < 4; i++) {
            int smaller = 0;
            for (int j = i + 1; j < 4; j++) {
              smaller += p[j] < p[i] ? 1 : 0;
            }
            code = code * (4 - i) + smaller;
          }
          return code;
        });
    assertEquals(0, r.permutation(0).length);
  }

  @Test
  void rangesAreHalfOpen() {
    RandomStream r = stream();
    for (int i = 0; i < 10000; i++) {
      double d = r.nextDouble();
      float f = r.nextFloat();
      assertTrue(d >= 0 && d < 1 && f >= 0 && f < 1);
      assertEquals(0, r.nextInt(1));
    }
    assertThrows(IllegalArgumentException.class, () -> r.nextInt(0));
  }
}
