package org.genlab.metrics.mechanistic;

import java.util.List;
import org.genlab.architectures.basic.TransformerDecoder;
import org.genlab.datasets.knowledge.KnowledgeGraphFacts;
import org.genlab.tck.MetricSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  private static final List<Class<?>> COMPANIONS =
      List.of(KnowledgeGraphFacts.class, TransformerDecoder.class);
  private static final String EXPERIMENT =
      "dataset: {plugin: knowledge-graph-facts, entities: 12, relations: 4, degree: 3,"
          + " ood-fraction: 0.3, test-fraction: 0.2}\n"
          + "architecture: {plugin: transformer-decoder, width: 8, heads: 2}\n";

  @Nested
  class LogitLensKit extends MetricSuite {
    LogitLensKit() {
      super(LogitLens.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{columns: [target, bridge, last]}", "{when: evaluation, examples: 7}");
    }

    @Override
    protected String experiment() {
      return EXPERIMENT;
    }

    @Override
    protected List<Class<?>> companions() {
      return COMPANIONS;
    }
  }

  @Nested
  class CausalTracingKit extends MetricSuite {
    CausalTracingKit() {
      super(CausalTracing.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{when: evaluation, splits: [test-id, atomic-ood]}");
    }

    @Override
    protected String experiment() {
      return EXPERIMENT;
    }

    @Override
    protected List<Class<?>> companions() {
      return COMPANIONS;
    }
  }
}
