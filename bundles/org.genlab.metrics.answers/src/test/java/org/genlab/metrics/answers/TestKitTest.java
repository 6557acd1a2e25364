package org.genlab.metrics.answers;

import java.util.List;
import org.genlab.architectures.basic.TransformerDecoder;
import org.genlab.datasets.tasks.ComplexityGradedTasks;
import org.genlab.tck.MetricSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class IdOodGapKit extends MetricSuite {
    IdOodGapKit() {
      super(IdOodGap.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{when: evaluation, id: train, group: none}");
    }

    @Override
    protected String experiment() {
      return "dataset: {plugin: complexity-graded-tasks, tasks: [find-minimum, two-sum],"
          + " shortest: 4, longest: 4, train-size: 20, auxiliary-size: 9, test-size: 5}\n"
          + "architecture: {plugin: transformer-decoder, width: 8, heads: 2}\n";
    }

    @Override
    protected List<Class<?>> companions() {
      return List.of(ComplexityGradedTasks.class, TransformerDecoder.class);
    }
  }

  /** With one class an example, without groups. */
  @Nested
  class IdOodGapOfClassesKit extends MetricSuite {
    IdOodGapOfClassesKit() {
      super(IdOodGap.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{id: train, ood: validation}");
    }
  }
}
