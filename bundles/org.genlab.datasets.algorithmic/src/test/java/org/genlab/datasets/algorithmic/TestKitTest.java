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
}
