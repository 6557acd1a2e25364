package org.genlab.metrics.robustness;

import java.util.List;
import org.genlab.tck.MetricSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class PgdAccuracyKit extends MetricSuite {
    PgdAccuracyKit() {
      super(PgdAccuracy.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{steps: 2}", "{steps: 2, eps: [0.5], loss: margin, check: 3, range: [-1, 1]}");
    }
  }
}
