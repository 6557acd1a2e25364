package org.genlab.analyses.theory;

import java.util.List;
import org.genlab.architectures.basic.Linear;
import org.genlab.datasets.synthetic.LinearTeacher;
import org.genlab.metrics.basic.ThresholdAccuracy;
import org.genlab.optimizers.firstorder.Sgd;
import org.genlab.regularizers.basic.MeanSquaredError;
import org.genlab.tck.AnalysisSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class GradientFlowTheoryKit extends AnalysisSuite {
    GradientFlowTheoryKit() {
      super(GradientFlowTheory.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{arms: [main], accuracy: 0.5, epsilon: 0.5}");
    }

    @Override
    protected String experiment() {
      return """
      dataset: {plugin: linear-teacher, dimensions: 4, train-examples: 10, test-examples: 5, population-split: true}
      architecture: {plugin: linear, bias: false, init-scale: 1}
      optimizer: {plugin: sgd, learning-rate: 0.02}
      regularizers: {mse: {}}
      metrics: {threshold-accuracy: {}}
      """;
    }

    @Override
    protected List<Class<?>> companions() {
      return List.of(
          LinearTeacher.class,
          Linear.class,
          Sgd.class,
          MeanSquaredError.class,
          ThresholdAccuracy.class);
    }
  }
}
