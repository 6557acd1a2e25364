package org.genlab.datasets.algorithmic;

/** The group of all permutations of 0 ... n-1; an element is its rank in lexicographic order. */
final class SymmetricGroup {
  private final int degree;
  private final int[][] elements;

  SymmetricGroup(int degree) {
    this.degree = degree;
    int order = 1;
    for (int i = 2; i <= degree; i++) {
      order *= i;
    }
    elements = new int[order][];
    for (int rank = 0; rank < order; rank++) {
      elements[rank] = unrank(rank);
    }
  }

  /** n!. */
  int order() {
    return elements.length;
  }

  /** The permutation as the list of images of 0 ... n-1. */
  int[] images(int element) {
    return elements[element].clone();
  }

  /** x.y, which maps i to x(y(i)). */
  int multiply(int x, int y) {
    int[] product = new int[degree];
    for (int i = 0; i < degree; i++) {
      product[i] = elements[x][elements[y][i]];
    }
    return rank(product);
  }

  int inverse(int x) {
    int[] inverse = new int[degree];
    for (int i = 0; i < degree; i++) {
      inverse[elements[x][i]] = i;
    }
    return rank(inverse);
  }

  /** The rank, from the digits of the factorial number system (Lehmer code). */
  private int rank(int... images) {
    int rank = 0;
    for (int i = 0; i < degree; i++) {
      int smaller = 0;
      for (int j = i + 1; j < degree; j++) {
        if (images[j] < images[i]) {
          smaller++;
        }
      }
      rank = rank * (degree - i) + smaller;
    }
    return rank;
  }

  private int[] unrank(int rank) {
    int[] digits = new int[degree];
    int rest = rank;
    for (int i = degree - 1; i >= 0; i--) {
      digits[i] = rest % (degree - i);
      rest /= degree - i;
    }
    int[] images = new int[degree];
    boolean[] used = new boolean[degree];
    for (int i = 0; i < degree; i++) {
      int skip = digits[i];
      int value = 0;
      while (used[value] || skip > 0) {
        if (!used[value]) {
          skip--;
        }
        value++;
      }
      used[value] = true;
      images[i] = value;
    }
    return images;
  }
}
