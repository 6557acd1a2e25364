package org.genlab.metrics.representation;

import java.util.List;
import org.genlab.tck.MetricSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class AnisotropyKit extends MetricSuite {
    AnisotropyKit() {
      super(Anisotropy.class);
    }
  }

  @Nested
  class SingularEntropyKit extends MetricSuite {
    SingularEntropyKit() {
      super(SingularEntropy.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{parameters: [output.weight]}", "{parameters: []}");
    }
  }

  @Nested
  class ProportionalEffectiveRankKit extends MetricSuite {
    ProportionalEffectiveRankKit() {
      super(ProportionalEffectiveRank.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{gradients: true, parameters: [weight], examples: 5}");
    }
  }

  @Nested
  class LinearCkaKit extends MetricSuite {
    LinearCkaKit() {
      super(LinearCka.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{features: [hidden, representation], examples: 7}",
          "{features: [hidden], split: train, debiased: true}");
    }
  }

  @Nested
  class ConditionalEntropyGapKit extends MetricSuite {
    ConditionalEntropyGapKit() {
      super(ConditionalEntropyGap.class);
    }

    @Override
    protected String experiment() {
      return "dataset: {plugin: known-law}";
    }

    @Override
    protected List<Class<?>> companions() {
      return List.of(KnownLaw.class);
    }
  }
}
