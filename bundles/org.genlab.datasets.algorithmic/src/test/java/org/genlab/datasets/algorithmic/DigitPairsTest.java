package org.genlab.datasets.algorithmic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.genlab.api.Randomness;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

/** Both datasets of pairs in digits. */
class DigitPairsTest {
  private static final Randomness RANDOM = (name, counters) -> RandomStream.of(5, name, counters);

  private static ArithmeticGcd gcds(int largest, int base, ArithmeticGcd.Operands operands) {
    return new ArithmeticGcd(
        new ArithmeticGcd.Settings(largest, base, operands, 20, 10, 0, 300, 400, 50), RANDOM);
  }

  private static ModularMultiplication products(int modulus, int largest, int base) {
    return new ModularMultiplication(
        new ModularMultiplication.Settings(modulus, largest, base, 0, 300, 50), RANDOM);
  }

  /** The operands, read back from the digits in exact arithmetic. */
  private static long[] operands(Dataset dataset, Batch batch, int row) {
    InputSpec.Tokens tokens = (InputSpec.Tokens) dataset.spec().input();
    int half = tokens.length() / 2;
    BigInteger base = BigInteger.valueOf(tokens.vocabulary());
    long[] both = new long[2];
    for (int i = 0; i < 2; i++) {
      BigInteger number = BigInteger.ZERO;
      for (int j = 0; j < half; j++) {
        int digit = batch.tokens().at(row * 2 * half + i * half + j);
        number = number.multiply(base).add(BigInteger.valueOf(digit));
      }
      both[i] = number.longValueExact();
    }
    return both;
  }

  @Test
  void answersAreThoseOfExactArithmetic() {
    Dataset products = products(23, 9999, 100);
    Dataset gcds = gcds(9999, 10, ArithmeticGcd.Operands.UNIFORM);
    for (Dataset dataset : List.of(products, gcds)) {
      for (Split split : dataset.splits()) {
        Batch batch = split.range(0, Math.min(300, split.size()));
        for (int i = 0; i < batch.size(); i++) {
          long[] pair = operands(dataset, batch, i);
          BigInteger a = BigInteger.valueOf(pair[0]);
          BigInteger b = BigInteger.valueOf(pair[1]);
          assertTrue(pair[0] <= 9999 && pair[1] <= 9999);
          int expected =
              dataset == products
                  ? a.multiply(b).mod(BigInteger.valueOf(23)).intValue()
                  : a.gcd(b).intValue() <= 20 ? a.gcd(b).intValue() : 0;
          assertEquals(expected, batch.labels().at(i));
        }
      }
    }
    assertEquals(new InputSpec.Tokens(100, 4), products.spec().input());
    assertEquals(new InputSpec.Tokens(10, 8), gcds.spec().input());
  }

  @Test
  void digitsAreAsManyAsTheLargestOperandHas() {
    assertEquals(4, new DigitPairs(10, 0, 9999, false, RANDOM).digits());
    assertEquals(5, new DigitPairs(10, 0, 10000, false, RANDOM).digits());
    assertEquals(1, new DigitPairs(100, 0, 99, false, RANDOM).digits());
    assertEquals(2, new DigitPairs(1000, 0, 999999, false, RANDOM).digits());
    int[] tokens = new int[6];
    new DigitPairs(10, 0, 999, false, RANDOM).write(new DigitPairs.Pair(105, 7), tokens, 0);
    assertArrayEquals(new int[] {1, 0, 5, 0, 0, 7}, tokens);
  }

  /**
   * With 31^2 pairs a training stream meets all that are not held out, and never one that is, nor
   * its mirror.
   */
  @Test
  void noTrainingPairIsInAnotherSplit() {
    for (Dataset dataset : List.of(products(23, 30, 10), balancedOfOne())) {
      Set<List<Long>> trained = pairs(dataset, dataset.split("train").range(0, 20000));
      for (String held :
          dataset instanceof ArithmeticGcd
              ? List.of("validation", "balanced")
              : List.of("validation")) {
        Set<List<Long>> others = pairs(dataset, dataset.split(held).range(0, 300));
        assertTrue(others.size() > 20);
        for (List<Long> pair : others) {
          assertFalse(trained.contains(pair), pair + " is trained on");
          assertFalse(trained.contains(List.of(pair.get(1), pair.get(0))));
        }
      }
      assertEquals(dataset instanceof ArithmeticGcd ? 900 : 961, trained.size() / 0.875, 60);
      assertTrue(trained.containsAll(pairs(dataset, dataset.split("seen").range(0, 50))));
    }
  }

  private static Dataset balancedOfOne() {
    return new ArithmeticGcd(
        new ArithmeticGcd.Settings(30, 10, ArithmeticGcd.Operands.UNIFORM, 5, 1, 0, 300, 300, 50),
        RANDOM);
  }

  private static Set<List<Long>> pairs(Dataset dataset, Batch batch) {
    Set<List<Long>> all = new HashSet<>();
    for (int i = 0; i < batch.size(); i++) {
      long[] pair = operands(dataset, batch, i);
      all.add(List.of(pair[0], pair[1]));
    }
    return all;
  }

  @Test
  void eachGcdIsEquallyOftenInBalanced() {
    Batch batch = gcds(9999, 10, ArithmeticGcd.Operands.UNIFORM).split("balanced").range(0, 400);
    int[] counts = new int[21];
    for (int label : batch.labels().toArray()) {
      counts[label]++;
    }
    for (int g = 1; g <= 10; g++) {
      assertEquals(40, counts[g]);
    }
  }

  /**
   * P(gcd = 1) is 6 / pi^2 of uniform pairs; half of log-uniform operands in 1 ... 9999 are below
   * 100.
   */
  @Test
  void operandsAreDistributedAsTold() {
    Dataset uniform = gcds(9999, 10, ArithmeticGcd.Operands.UNIFORM);
    Batch batch = uniform.split("train").range(0, 4000);
    int ones = 0;
    int small = 0;
    for (int i = 0; i < 4000; i++) {
      ones += batch.labels().at(i) == 1 ? 1 : 0;
      small += operands(uniform, batch, i)[0] < 1000 ? 1 : 0;
    }
    assertEquals(6 / (Math.PI * Math.PI), ones / 4000.0, 0.03);
    assertEquals(0.1, small / 4000.0, 0.02);
    Dataset logarithmic = gcds(9999, 10, ArithmeticGcd.Operands.LOG_UNIFORM);
    Batch other = logarithmic.split("train").range(0, 4000);
    small = 0;
    for (int i = 0; i < 4000; i++) {
      small += operands(logarithmic, other, i)[0] < 100 ? 1 : 0;
    }
    assertEquals(0.5, small / 4000.0, 0.03);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertEquals(
        "modulus", assertThrows(SettingException.class, () -> products(25, 9999, 100)).setting());
    assertEquals(
        "modulus", assertThrows(SettingException.class, () -> products(8, 9999, 10)).setting());
    assertEquals(4, products(23, 9999, 100).splits().get(1).range(0, 1).tokens().size());
    assertEquals(
        "balancedGcds",
        assertThrows(
                SettingException.class,
                () ->
                    new ArithmeticGcd.Settings(
                        9999, 10, ArithmeticGcd.Operands.UNIFORM, 20, 21, 0, 1, 1, 1))
            .setting());
    assertEquals(
        "balancedGcds",
        assertThrows(
                SettingException.class,
                () ->
                    new ArithmeticGcd.Settings(
                        299, 10, ArithmeticGcd.Operands.UNIFORM, 20, 10, 0, 1, 1, 1))
            .setting());
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> products(23, 9999, 100).split("validation").batch(300));
  }
}
