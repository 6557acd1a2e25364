package org.genlab.metrics.basic;

import java.util.List;
import org.genlab.tck.MetricSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class AccuracyKit extends MetricSuite {
    AccuracyKit() {
      super(Accuracy.class);
    }
  }

  @Nested
  class LossKit extends MetricSuite {
    LossKit() {
      super(Loss.class);
    }
  }

  @Nested
  class WeightNormKit extends MetricSuite {
    WeightNormKit() {
      super(WeightNorm.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{per-parameter: true}");
    }
  }

  @Nested
  class ThresholdAccuracyKit extends MetricSuite {
    ThresholdAccuracyKit() {
      super(ThresholdAccuracy.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{epsilon: 0.5, further: [0.1]}");
    }
  }

  @Nested
  class GeneralizationGapKit extends MetricSuite {
    GeneralizationGapKit() {
      super(GeneralizationGap.class);
    }
  }

  @Nested
  class StepsToThresholdKit extends MetricSuite {
    StepsToThresholdKit() {
      super(StepsToThreshold.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{threshold: 0.1, hold: 1}");
    }
  }

  @Nested
  class GcdAccuracyKit extends MetricSuite {
    GcdAccuracyKit() {
      super(GcdAccuracy.class);
    }
  }

  @Nested
  class OutputErrorKit extends MetricSuite {
    OutputErrorKit() {
      super(OutputError.class);
    }
  }

  @Nested
  class WorstGroupAccuracyKit extends MetricSuite {
    WorstGroupAccuracyKit() {
      super(WorstGroupAccuracy.class);
    }
  }
}
