package org.genlab.analyses.grokking;

import java.util.List;
import org.genlab.tck.AnalysisSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class CriticalDatasetSizeKit extends AnalysisSuite {
    CriticalDatasetSizeKit() {
      super(CriticalDatasetSize.class);
    }

    /** The kit's runs all have the same size; any other series of positive numbers will do. */
    @Override
    protected List<String> settings() {
      return List.of(
          "{size: train/loss, least-rise: 0}", "{size: train/loss, arms: [main], skip: 1}");
    }
  }

  @Nested
  class GrokkingDelayKit extends AnalysisSuite {
    GrokkingDelayKit() {
      super(GrokkingDelay.class);
    }
  }
}
