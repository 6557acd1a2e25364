package org.genlab.metrics.dynamics;

import java.util.List;
import org.genlab.tck.MetricSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class GradientSpectrumKit extends MetricSuite {
    GradientSpectrumKit() {
      super(GradientSpectrum.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{window: 2}", "{of: updates, window: 2, coordinates: 3}");
    }
  }

  @Nested
  class CircuitEfficiencyKit extends MetricSuite {
    CircuitEfficiencyKit() {
      super(CircuitEfficiency.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{exponent: 2}");
    }
  }
}
