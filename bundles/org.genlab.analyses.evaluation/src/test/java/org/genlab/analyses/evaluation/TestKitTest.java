package org.genlab.analyses.evaluation;

import java.util.List;
import org.genlab.architectures.basic.TransformerDecoder;
import org.genlab.datasets.tasks.ComplexityGradedTasks;
import org.genlab.metrics.answers.IdOodGap;
import org.genlab.tck.AnalysisSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class GeneralizationValleyKit extends AnalysisSuite {
    GeneralizationValleyKit() {
      super(GeneralizationValley.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{size: architecture.layers, margin: 0, resamples: 10}");
    }

    @Override
    protected String experiment() {
      return "dataset: {plugin: complexity-graded-tasks, tasks: [find-minimum, two-sum, three-sum],"
          + " shortest: 4, longest: 4, train-size: 20, auxiliary-size: 9, test-size: 5}\n"
          + "architecture: {plugin: transformer-decoder, width: 8, heads: 2}\n"
          + "metrics: {id-ood-gap: {}}\n";
    }

    @Override
    protected List<Class<?>> companions() {
      return List.of(ComplexityGradedTasks.class, TransformerDecoder.class, IdOodGap.class);
    }
  }
}
