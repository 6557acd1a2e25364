package org.genlab.metrics.gradients;

import java.util.List;
import org.genlab.tck.MetricSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class GradientSignalNoiseKit extends MetricSuite {
    GradientSignalNoiseKit() {
      super(GradientSignalNoise.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{sizes: [2, 8], batches: 2}", "{sizes: [1], reference: 5, when: end}");
    }
  }

  @Nested
  class DirectionCosineKit extends MetricSuite {
    DirectionCosineKit() {
      super(DirectionCosine.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{directions: [validation], at: train}");
    }

    @Override
    protected String experiment() {
      return "dataset: {plugin: arrows}";
    }

    @Override
    protected List<Class<?>> companions() {
      return List.of(Arrows.class);
    }
  }
}
