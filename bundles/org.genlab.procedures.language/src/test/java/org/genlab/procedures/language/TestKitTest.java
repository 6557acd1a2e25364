package org.genlab.procedures.language;

import java.util.List;
import org.genlab.tck.ProcedureSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class LowRankHeadsKit extends ProcedureSuite {
    LowRankHeadsKit() {
      super(LowRankHeads.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{steps: 3, head-steps: 3, ranks: [1, 2], head: output.weight, every: 1}",
          "{steps: 1, head-steps: 1, ranks: [3], head: output.weight, feature: hidden}");
    }
  }
}
