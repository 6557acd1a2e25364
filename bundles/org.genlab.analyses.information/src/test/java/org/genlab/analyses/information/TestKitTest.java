package org.genlab.analyses.information;

import java.util.List;
import org.genlab.metrics.geometry.Covariance;
import org.genlab.tck.AnalysisSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class GaussianInformationBottleneckKit extends AnalysisSuite {
    GaussianInformationBottleneckKit() {
      super(GaussianInformationBottleneck.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{map: hidden.weight, betas: optimizer.learning-rate, tolerance: 0}");
    }

    @Override
    protected String experiment() {
      return "dataset: {plugin: tck-examples, form: regression}\nmetrics: {covariance: {}}";
    }

    @Override
    protected List<Class<?>> companions() {
      return List.of(Covariance.class);
    }
  }
}
