package org.genlab.datasets.wrappers;

import java.util.List;
import org.genlab.tck.DatasetSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class LabelNoiseKit extends DatasetSuite {
    LabelNoiseKit() {
      super(LabelNoise.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{rate: 0.4}",
          "{noise: uniform, noisy-per-clean: 2.5, clean-split: true}",
          "{noise: pair, pairing: nearest, rate: 0.3, noisy-per-clean: 1, noisy-inputs: distinct}",
          "{rate: 0.5, base: {plugin: tck-examples, form: tokens}}");
    }
  }
}
