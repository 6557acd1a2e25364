package org.genlab.architectures.vision;

import java.util.List;
import org.genlab.tck.ArchitectureSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class CnnKit extends ArchitectureSuite {
    CnnKit() {
      super(Cnn.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{channels: [4, 6]}",
          "{channels: [4, 6], kernel: [3, 2], stride: [2, 1], padding: valid, pool: none, dense:"
              + " [5], normalization: batch, activation: tanh}",
          "{channels: [4], pool: average, global-pool: max, normalization: group, groups: 2,"
              + " activation: gelu, init: uniform, dense: [6]}",
          "{channels: [4, 4], pool-size: [1, 2], global-pool: average, normalization: layer,"
              + " activation: silu, bias: false}",
          "{channels: [], dense: [5], activation: leaky-relu}");
    }
  }
}
