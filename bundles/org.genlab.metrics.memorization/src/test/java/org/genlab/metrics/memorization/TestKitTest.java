package org.genlab.metrics.memorization;

import java.util.List;
import org.genlab.datasets.synthetic.SubpopulationMixture;
import org.genlab.tck.MetricSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class MemorizationCostKit extends MetricSuite {
    MemorizationCostKit() {
      super(MemorizationCost.class);
    }

    @Override
    protected String experiment() {
      return "dataset: {plugin: subpopulation-mixture, subpopulations: 9, train-examples: 20,"
          + " test-examples: 9, population-split: true}";
    }

    @Override
    protected List<Class<?>> companions() {
      return List.of(SubpopulationMixture.class);
    }
  }
}
