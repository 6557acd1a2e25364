package org.genlab.datasets.algorithmic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.function.BinaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every cell of every table against big-integer arithmetic; quotients by search. */
class OperationTest {
  @ParameterizedTest
  @EnumSource(Operation.class)
  void agreesWithItsFormula(Operation operation) {
    for (int p : new int[] {2, 7, 97}) {
      for (int x = 0; x < p; x++) {
        for (int y = 0; y < p; y++) {
          assertEquals(
              expected(operation.toString(), x, y, p),
              operation.evaluate(x, y, p),
              operation + " of " + x + " and " + y + " mod " + p);
        }
      }
    }
  }

  private static int expected(String formula, int x, int y, int p) {
    return switch (formula) {
      case "x+y" -> mod((a, b) -> a.add(b), x, y, p);
      case "x-y" -> mod((a, b) -> a.subtract(b), x, y, p);
      case "x*y" -> mod((a, b) -> a.multiply(b), x, y, p);
      case "x/y" -> quotient(x, y, p);
      case "x/y if y odd else x-y" ->
          y % 2 == 1 ? quotient(x, y, p) : mod((a, b) -> a.subtract(b), x, y, p);
      case "x^2+y^2" -> mod((a, b) -> a.pow(2).add(b.pow(2)), x, y, p);
      case "x^2+xy+y^2" -> mod((a, b) -> a.pow(2).add(a.multiply(b)).add(b.pow(2)), x, y, p);
      case "x^2+xy+y^2+x" ->
          mod((a, b) -> a.pow(2).add(a.multiply(b)).add(b.pow(2)).add(a), x, y, p);
      case "x^3+xy" -> mod((a, b) -> a.pow(3).add(a.multiply(b)), x, y, p);
      case "x^3+xy^2+y" -> mod((a, b) -> a.pow(3).add(a.multiply(b.pow(2))).add(b), x, y, p);
      case "x+y if x even else x*y" ->
          mod((a, b) -> x % 2 == 0 ? a.add(b) : a.multiply(b), x, y, p);
      case "x+y if x even else x-y" ->
          mod((a, b) -> x % 2 == 0 ? a.add(b) : a.subtract(b), x, y, p);
      default -> throw new AssertionError("no oracle for " + formula);
    };
  }

  private static int mod(BinaryOperator<BigInteger> f, int x, int y, int p) {
    return f.apply(BigInteger.valueOf(x), BigInteger.valueOf(y))
        .mod(BigInteger.valueOf(p))
        .intValueExact();
  }

  private static int quotient(int x, int y, int p) {
    for (int c = 0; y != 0 && c < p; c++) {
      if (c * y % p == x) {
        return c;
      }
    }
    return -1;
  }
}
