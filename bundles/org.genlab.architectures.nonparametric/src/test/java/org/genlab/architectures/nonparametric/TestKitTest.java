package org.genlab.architectures.nonparametric;

import java.util.List;
import org.genlab.datasets.synthetic.SubpopulationMixture;
import org.genlab.tck.ArchitectureSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class FrequencyTableKit extends ArchitectureSuite {
    FrequencyTableKit() {
      super(FrequencyTable.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{minimum-count: 2}");
    }

    @Override
    protected String experiment() {
      return "dataset: {plugin: subpopulation-mixture, subpopulations: 9, train-examples: 20}";
    }

    @Override
    protected List<Class<?>> companions() {
      return List.of(SubpopulationMixture.class);
    }
  }
}
