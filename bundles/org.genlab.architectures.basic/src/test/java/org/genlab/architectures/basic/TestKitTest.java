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
          "{hidden: [7, 5], activation: gelu, normalization: layer}",
          "{hidden: [7], init-scale: 3}");
    }
  }

  @Nested
  class LinearKit extends ArchitectureSuite {
    LinearKit() {
      super(Linear.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{init-scale: 1}", "{bias: false, init-scale: 2}");
    }
  }

  @Nested
  class LinearRegressionKit extends ArchitectureSuite {
    LinearRegressionKit() {
      super(LinearRegression.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{bias: false, ridge: 0.1}");
    }
  }

  @Nested
  class TwoLayerKit extends ArchitectureSuite {
    TwoLayerKit() {
      super(TwoLayer.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{width: 8}", "{width: 6, activation: tanh, bias: true, scale: mean-field}");
    }
  }

  @Nested
  class TransformerDecoderKit extends ArchitectureSuite {
    TransformerDecoderKit() {
      super(TransformerDecoder.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{width: 32}", "{layers: 2, width: 16, shared-layers: 1}", "{width: 16, readout: 3}");
    }
  }

  @Nested
  class TransformerEncoderKit extends ArchitectureSuite {
    TransformerEncoderKit() {
      super(TransformerEncoder.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{width: 16}", "{layers: 1, width: 16, pooling: first, readout: 3}");
    }
  }

  @Nested
  class Seq2SeqTransformerKit extends ArchitectureSuite {
    Seq2SeqTransformerKit() {
      super(Seq2SeqTransformer.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{width: 16, heads: 2}",
          "{layers: 1, width: 8, heads: 1, norm: post, positions: sinusoidal, activation: gelu}");
    }
  }
}
