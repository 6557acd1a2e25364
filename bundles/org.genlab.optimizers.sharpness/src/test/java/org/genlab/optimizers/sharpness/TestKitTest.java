package org.genlab.optimizers.sharpness;

import java.util.List;
import org.genlab.optimizers.firstorder.AdamW;
import org.genlab.optimizers.firstorder.Sgd;
import org.genlab.tck.OptimizerSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class SamKit extends OptimizerSuite {
    SamKit() {
      super(Sam.class);
    }

    @Override
    protected List<Class<?>> companions() {
      return List.of(AdamW.class, Sgd.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{}",
          "{rho: 0.5, adaptive: true, base: {plugin: sgd, momentum: 0.9, learning-rate: 0.01}}",
          "{rho: 0.2, perturb: only-norm, base: adamw}");
    }
  }

  /** Around a network with running statistics and dropout, also when runs stop and go on. */
  @Nested
  class SamOfNormedNetworkKit extends OptimizerSuite {
    SamOfNormedNetworkKit() {
      super(Sam.class);
    }

    @Override
    protected List<Class<?>> companions() {
      return List.of(Sgd.class, Normed.class, Checked.class);
    }

    @Override
    protected String experiment() {
      return "{architecture: {plugin: normed}, procedure: {plugin: checked}}";
    }

    @Override
    protected List<String> settings() {
      return List.of("{rho: 0.5, base: {plugin: sgd, learning-rate: 0.1}}");
    }
  }
}
