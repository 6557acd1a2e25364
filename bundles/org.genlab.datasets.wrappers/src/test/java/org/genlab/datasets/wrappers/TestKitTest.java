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

  @Nested
  class LongTailKit extends DatasetSuite {
    LongTailKit() {
      super(LongTail.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{imbalance: 4, few: 3, many: 5}",
          "{profile: step, imbalance: 3, largest: 6, shuffled: true,"
              + " base: {plugin: tck-examples, form: tokens, train: 40}}");
    }
  }

  @Nested
  class MomentCloneKit extends DatasetSuite {
    MomentCloneKit() {
      super(MomentClone.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{distribution: isotropic}",
          "{distribution: none, test-split: validation, test-clones: [gaussian, mixture]}",
          "{distribution: mixture, components: 2, dimensions: 3, iterations: 3,"
              + " base: {plugin: tck-examples, form: images}}");
    }
  }

  @Nested
  class RandomLabelsKit extends DatasetSuite {
    RandomLabelsKit() {
      super(RandomLabels.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{corrupted: 0.4, splits: all}",
          "{corrupted: 0, pixels: fixed-permutation}",
          "{pixels: permutation-per-image}",
          "{corrupted: 0, pixels: gaussian}",
          "{corrupted: 0.5, base: {plugin: tck-examples, form: tokens}}");
    }
  }
}
