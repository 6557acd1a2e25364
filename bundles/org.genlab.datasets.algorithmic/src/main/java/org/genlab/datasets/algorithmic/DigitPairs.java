package org.genlab.datasets.algorithmic;

import org.genlab.api.Randomness;
import org.genlab.tensor.random.RandomStream;

/**
 * Pairs of integers (a, b), written as digits of a base, the most significant first, a before b.
 *
 * <p>One pair in eight, with its mirror image (b, a), is held out: no training example has it, and
 * all examples of other splits do. Which ones depends on the seed.
 *
 * @param base of the digits, each a token
 * @param smallest operand
 * @param largest operand
 * @param logUniform whether the logarithms of operands are uniform, not the operands
 * @param randomness of the dataset
 */
record DigitPairs(int base, int smallest, int largest, boolean logUniform, Randomness randomness) {
  private static final int HELD_OUT = 8;

  /** An ordered pair. */
  record Pair(int a, int b) {}

  /** Digits of one operand. */
  int digits() {
    int digits = 1;
    for (long power = base; power <= largest; power *= base) {
      digits++;
    }
    return digits;
  }

  /** Tokens of a pair. */
  int length() {
    return 2 * digits();
  }

  boolean isHeldOut(Pair pair) {
    return randomness.stream("held-out", Math.min(pair.a, pair.b), Math.max(pair.a, pair.b))
            .nextInt(HELD_OUT)
        == 0;
  }

  /** The pair of that index in the training split. */
  Pair training(int index) {
    RandomStream random = randomness.stream("train", index);
    Pair pair = draw(random);
    while (isHeldOut(pair)) {
      pair = draw(random);
    }
    return pair;
  }

  /** The pair of that index in a split of that name with pairs that are held out. */
  Pair heldOut(String split, int index) {
    RandomStream random = randomness.stream(split, index);
    Pair pair = draw(random);
    while (!isHeldOut(pair)) {
      pair = draw(random);
    }
    return pair;
  }

  private Pair draw(RandomStream random) {
    return new Pair(operand(random), operand(random));
  }

  private int operand(RandomStream random) {
    if (!logUniform) {
      return smallest + random.nextInt(largest - smallest + 1);
    }
    double low = StrictMath.log(smallest);
    double high = StrictMath.log(largest + 1.0);
    int drawn = (int) StrictMath.exp(low + (high - low) * random.nextDouble());
    return Math.max(smallest, Math.min(largest, drawn));
  }

  /** Writes the digits of a pair into an array, from a position on. */
  void write(Pair pair, int[] tokens, int from) {
    write(pair.a, tokens, from);
    write(pair.b, tokens, from + digits());
  }

  private void write(int number, int[] tokens, int from) {
    int rest = number;
    for (int i = digits() - 1; i >= 0; i--) {
      tokens[from + i] = rest % base;
      rest /= base;
    }
  }
}
