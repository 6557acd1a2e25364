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

  @Nested
  class DatasetSwitchKit extends ProcedureSuite {
    DatasetSwitchKit() {
      super(DatasetSwitch.class);
    }

    @Override
    protected List<String> settings() {
      String sizes = "first: {examples: 1, steps: 3}, later: {examples: [0, 1], steps: 3, from: ";
      String until = "until: {series: train/accuracy, at-least: 0, for-steps: 1}";
      return List.of(
          "{first: {steps: 4, " + until + "}, later: {examples: [1], steps: 2}}",
          "{" + sizes + "first}, batch-size: 0}",
          "{" + sizes + "initialization}}");
    }
  }

  @Nested
  class LabelMemorizationKit extends ProcedureSuite {
    LabelMemorizationKit() {
      super(LabelMemorization.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{trainings: 4, steps: 3, share: 0.5, group: group}");
    }
  }
}
