package org.genlab.datasets.tasks;

import java.util.List;
import org.genlab.tck.DatasetSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class ComplexityGradedTasksKit extends DatasetSuite {
    ComplexityGradedTasksKit() {
      super(ComplexityGradedTasks.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{train-size: 20, auxiliary-size: 30, test-size: 10}",
          "{tasks: [two-sum, travelling-salesman], shortest: 4, longest: 4, train-size: 9,"
              + " auxiliary-size: 0, test-size: 3, seen: true, levels: shuffled}");
    }
  }
}
