package org.genlab.optimizers.firstorder;

import java.util.List;
import org.genlab.tck.OptimizerSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class AdamKit extends OptimizerSuite {
    AdamKit() {
      super(Adam.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{weight-decay: 0.1, decay-towards: initialization, clip-norm: 1}");
    }
  }

  @Nested
  class AdamWKit extends OptimizerSuite {
    AdamWKit() {
      super(AdamW.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{schedule: {shape: cosine, warmup: 2}}");
    }
  }

  @Nested
  class SgdKit extends OptimizerSuite {
    SgdKit() {
      super(Sgd.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{momentum: 0.9, nesterov: true, clip-norm: 1}");
    }
  }
}
