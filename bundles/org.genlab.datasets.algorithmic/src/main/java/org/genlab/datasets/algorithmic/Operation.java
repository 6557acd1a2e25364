package org.genlab.datasets.algorithmic;

/**
 * The operations on residues modulo p.
 *
 * <p>Nine of the twelve operations that appendix A.1.1 of the paper lists are operations on
 * residues; the other three are on permutations (see {@link PermutationComposition}). Three more,
 * marked below, are in the paper's public code only.
 */
public enum Operation {
  ADD("x+y", false) {
    @Override
    long apply(long x, long y, int p) {
      return x + y;
    }
  },
  SUBTRACT("x-y", false) {
    @Override
    long apply(long x, long y, int p) {
      return x - y;
    }
  },
  DIVIDE("x/y", true) {
    @Override
    boolean isDefined(int x, int y) {
      return y != 0;
    }

    @Override
    long apply(long x, long y, int p) {
      return x * inverse(y, p);
    }
  },
  DIVIDE_OR_SUBTRACT("x/y if y odd else x-y", true) {
    @Override
    long apply(long x, long y, int p) {
      return y % 2 == 1 ? x * inverse(y, p) : x - y;
    }
  },
  SQUARES("x^2+y^2", false) {
    @Override
    long apply(long x, long y, int p) {
      return x * x + y * y;
    }
  },
  QUADRATIC("x^2+xy+y^2", false) {
    @Override
    long apply(long x, long y, int p) {
      return x * x + x * y + y * y;
    }
  },
  QUADRATIC_PLUS_X("x^2+xy+y^2+x", false) {
    @Override
    long apply(long x, long y, int p) {
      return x * x + x * y + y * y + x;
    }
  },
  CUBE("x^3+xy", false) {
    @Override
    long apply(long x, long y, int p) {
      return x * x * x + x * y;
    }
  },
  CUBE_MIXED("x^3+xy^2+y", false) {
    @Override
    long apply(long x, long y, int p) {
      return x * x * x + x * y * y + y;
    }
  },
  /** In the public code only. */
  MULTIPLY("x*y", false) {
    @Override
    long apply(long x, long y, int p) {
      return x * y;
    }
  },
  /** In the public code only. */
  ADD_OR_MULTIPLY("x+y if x even else x*y", false) {
    @Override
    long apply(long x, long y, int p) {
      return x % 2 == 0 ? x + y : x * y;
    }
  },
  /** In the public code only. */
  ADD_OR_SUBTRACT("x+y if x even else x-y", false) {
    @Override
    long apply(long x, long y, int p) {
      return x % 2 == 0 ? x + y : x - y;
    }
  };

  private final String formula;
  private final boolean divides;

  Operation(String formula, boolean divides) {
    this.formula = formula;
    this.divides = divides;
  }

  /** Whether the operation needs inverses, hence a prime modulus. */
  boolean divides() {
    return divides;
  }

  boolean isDefined(int x, int y) {
    return true;
  }

  /** The value before it is reduced modulo p; exact for p below 2^20. */
  abstract long apply(long x, long y, int p);

  /** x o y mod p, or -1 where it is not defined. */
  int evaluate(int x, int y, int p) {
    return isDefined(x, y) ? (int) Math.floorMod(apply(x, y, p), (long) p) : -1;
  }

  /** The formula, by which experiments name the operation. */
  @Override
  public String toString() {
    return formula;
  }

  /** y^(p-2) mod p, the inverse of y for prime p (Fermat). */
  private static long inverse(long y, int p) {
    long result = 1;
    long base = y % p;
    for (int e = p - 2; e > 0; e >>= 1) {
      if ((e & 1) == 1) {
        result = result * base % p;
      }
      base = base * base % p;
    }
    return result;
  }
}
