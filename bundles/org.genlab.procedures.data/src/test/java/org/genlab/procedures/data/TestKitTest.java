package org.genlab.procedures.data;

import java.util.List;
import org.genlab.tck.ProcedureSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class DataBudgetTrainingKit extends ProcedureSuite {
    DataBudgetTrainingKit() {
      super(DataBudgetTraining.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{budget: 1, batch-size: 3}", "{batch-size: 2, steps: 3, small-set: 1, redraw-every: 2}");
    }
  }
}
