package org.genlab.analyses.language;

import java.util.List;
import org.genlab.tck.AnalysisSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class ConvergenceProfileKit extends AnalysisSuite {
    ConvergenceProfileKit() {
      super(ConvergenceProfile.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{weights: [weight]}");
    }

    @Override
    protected String experiment() {
      return "metrics: {made-up-curves: {}}";
    }

    @Override
    protected List<Class<?>> companions() {
      return List.of(MadeUpCurves.class);
    }
  }
}
