package org.genlab.datasets.algorithmic;

import java.util.List;
import org.genlab.tck.DatasetSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class ModularArithmeticKit extends DatasetSuite {
    ModularArithmeticKit() {
      super(ModularArithmetic.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{operation: x/y, modulus: 7, answers: random}");
    }
  }

  @Nested
  class PermutationCompositionKit extends DatasetSuite {
    PermutationCompositionKit() {
      super(PermutationComposition.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{degree: 3, corrupted: 0.3}");
    }
  }

  @Nested
  class ModularMultiplicationKit extends DatasetSuite {
    ModularMultiplicationKit() {
      super(ModularMultiplication.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{train: 40}",
          "{modulus: 23, largest: 9999, base: 100, train: 20, validation: 5, seen: 0}");
    }
  }

  @Nested
  class ArithmeticGcdKit extends DatasetSuite {
    ArithmeticGcdKit() {
      super(ArithmeticGcd.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{train: 40}",
          "{largest: 999, base: 10, operands: log-uniform, largest-gcd: 20, balanced-gcds: 10,"
              + " train: 30}");
    }
  }
}
