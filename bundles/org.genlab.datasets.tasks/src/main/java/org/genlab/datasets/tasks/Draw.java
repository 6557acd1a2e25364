package org.genlab.datasets.tasks;

import java.util.Arrays;
import org.genlab.tensor.random.RandomStream;

/**
 * How a question is drawn: its form and its elements have random numbers of their own, so that an
 * OOD question has the form (length, repetitions, places) of its ID counterpart.
 *
 * @param length of a list
 * @param cities of a round trip
 * @param form random numbers for the form
 * @param pool the numbers that elements are drawn from
 * @param elements random numbers for the elements
 */
record Draw(int length, int cities, RandomStream form, int[] pool, RandomStream elements) {
  /** So many different elements. */
  int[] distinct(int count) {
    if (count > pool.length) {
      throw new IllegalArgumentException(
          "a list of " + count + " different numbers cannot be drawn from " + pool.length);
    }
    int[] left = pool.clone();
    int[] chosen = new int[count];
    for (int i = 0; i < count; i++) {
      int j = i + elements.nextInt(left.length - i);
      chosen[i] = left[j];
      left[j] = left[i];
    }
    return chosen;
  }

  /** A list of different elements. */
  int[] list() {
    return distinct(length);
  }

  /** Different elements at the places of a pattern: places with the same number have the same. */
  int[] patterned(int... pattern) {
    int[] different = distinct(pattern.length);
    int[] list = new int[pattern.length];
    for (int i = 0; i < list.length; i++) {
      list[i] = different[pattern[i]];
    }
    return list;
  }

  /** So many different places of the list, in the order in which they were drawn. */
  int[] places(int count) {
    int[] order = form.permutation(length);
    return Arrays.copyOf(order, count);
  }
}
