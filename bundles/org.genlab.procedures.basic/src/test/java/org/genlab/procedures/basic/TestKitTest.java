package org.genlab.procedures.basic;

import java.util.List;
import org.genlab.tck.ProcedureSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class EmpiricalRiskMinimizationKit extends ProcedureSuite {
    EmpiricalRiskMinimizationKit() {
      super(EmpiricalRiskMinimization.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{batch-size: 0}");
    }
  }
}
