package org.genlab.regularizers.bottleneck;

import java.util.List;
import org.genlab.tck.RegularizerSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class VibLossKit extends RegularizerSuite {
    VibLossKit() {
      super(VibLoss.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{weight: 0.1, mean: hidden, log-variance: branch}");
    }
  }

  @Nested
  class GaussianBottleneckKit extends RegularizerSuite {
    GaussianBottleneckKit() {
      super(GaussianBottleneck.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{betas: [3, 1.5], feature: hidden, weight: 0.5}");
    }
  }
}
