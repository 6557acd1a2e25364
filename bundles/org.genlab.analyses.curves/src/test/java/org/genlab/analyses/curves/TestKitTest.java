package org.genlab.analyses.curves;

import java.util.List;
import org.genlab.tck.AnalysisSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class DivergenceTimeKit extends AnalysisSuite {
    DivergenceTimeKit() {
      super(DivergenceTime.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{reference: main, series: validation/loss, margin: 0.001, side: apart}");
    }
  }

  @Nested
  class PhaseDetectionKit extends AnalysisSuite {
    PhaseDetectionKit() {
      super(PhaseDetection.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{series: validation/loss, swing: 0.01}");
    }
  }

  @Nested
  class ThresholdFrontierKit extends AnalysisSuite {
    ThresholdFrontierKit() {
      super(ThresholdFrontier.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{size: dataset.train, level: dataset.validation, series: train/accuracy, target: 0.5}");
    }
  }
}
