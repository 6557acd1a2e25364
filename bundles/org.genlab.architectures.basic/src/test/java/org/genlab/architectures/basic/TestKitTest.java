package org.genlab.architectures.basic;

import java.util.List;
import org.genlab.tck.ArchitectureSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class MlpKit extends ArchitectureSuite {
    MlpKit() {
      super(Mlp.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{}",
          "{hidden: [7, 5], activation: gelu, tokens: sum, readout: 3}",
          "{hidden: [7, 5], activation: tanh, normalization: batch}",
          "{hidden: [7, 5], activation: gelu, normalization: layer}");
    }
  }

  @Nested
  class TransformerDecoderKit extends ArchitectureSuite {
    TransformerDecoderKit() {
      super(TransformerDecoder.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{width: 32}", "{layers: 2, width: 16, shared-layers: 1}");
    }
  }
}
