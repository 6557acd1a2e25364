package org.genlab.optimizers.privacy;

import java.util.List;
import org.genlab.tck.OptimizerSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class DpSgdKit extends OptimizerSuite {
    DpSgdKit() {
      super(DpSgd.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{noise: 0, clip-norm: 0.1, schedule: {shape: cosine}}");
    }
  }
}
