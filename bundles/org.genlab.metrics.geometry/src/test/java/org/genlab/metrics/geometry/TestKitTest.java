package org.genlab.metrics.geometry;

import java.util.List;
import org.genlab.tck.MetricSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class LinearAgreementKit extends MetricSuite {
    LinearAgreementKit() {
      super(LinearAgreement.class);
    }
  }

  @Nested
  class NeuronAlignmentKit extends MetricSuite {
    NeuronAlignmentKit() {
      super(NeuronAlignment.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{split: train, parameter: hidden.weight}");
    }
  }

  @Nested
  class LocalComplexityKit extends MetricSuite {
    LocalComplexityKit() {
      super(LocalComplexity.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{directions: 3, examples: 6, random: 4, boundary: 5, features: [hidden], per-layer:"
              + " true}",
          "{directions: 5, radius: 0.5, examples: 4, random: 0, boundary: 0, features: [hidden]}");
    }
  }

  @Nested
  class LocalRankKit extends MetricSuite {
    LocalRankKit() {
      super(LocalRank.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{split: validation, examples: 3, relative: 0, absolute: 0.5}");
    }
  }

  @Nested
  class CovarianceKit extends MetricSuite {
    CovarianceKit() {
      super(Covariance.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{split: validation}");
    }
  }

  @Nested
  class DecisionBoundaryDistanceKit extends MetricSuite {
    DecisionBoundaryDistanceKit() {
      super(DecisionBoundaryDistance.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{examples: 7, reach: 50}");
    }
  }
}
