package org.genlab.architectures.bottleneck;

import java.util.List;
import org.genlab.tck.ArchitectureSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class VibNetworkKit extends ArchitectureSuite {
    VibNetworkKit() {
      super(VibNetwork.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{hidden: [7], bottleneck: 4, initial-log-variance: 0}",
          "{hidden: [], bottleneck: 2, initial-log-variance: -1}");
    }
  }
}
