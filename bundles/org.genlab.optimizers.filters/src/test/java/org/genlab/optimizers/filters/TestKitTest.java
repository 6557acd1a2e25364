package org.genlab.optimizers.filters;

import java.util.List;
import org.genlab.optimizers.firstorder.AdamW;
import org.genlab.optimizers.firstorder.Sgd;
import org.genlab.tck.OptimizerSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class GrokfastKit extends OptimizerSuite {
    GrokfastKit() {
      super(Grokfast.class);
    }

    @Override
    protected List<Class<?>> companions() {
      return List.of(AdamW.class, Sgd.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{}", "{filter: ma, window: 3, lambda: 5, base: {plugin: sgd, learning-rate: 0.01}}");
    }
  }
}
