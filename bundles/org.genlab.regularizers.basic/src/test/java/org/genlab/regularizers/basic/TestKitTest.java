package org.genlab.regularizers.basic;

import java.util.List;
import org.genlab.tck.RegularizerSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class CrossEntropyKit extends RegularizerSuite {
    CrossEntropyKit() {
      super(CrossEntropy.class);
    }
  }

  @Nested
  class MeanSquaredErrorKit extends RegularizerSuite {
    MeanSquaredErrorKit() {
      super(MeanSquaredError.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}");
    }
  }

  @Nested
  class UpdateNoiseKit extends RegularizerSuite {
    UpdateNoiseKit() {
      super(UpdateNoise.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}");
    }
  }

  @Nested
  class SquaredNormKit extends RegularizerSuite {
    SquaredNormKit() {
      super(SquaredNorm.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}");
    }
  }

  @Nested
  class DropoutKit extends RegularizerSuite {
    DropoutKit() {
      super(Dropout.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}");
    }
  }

  @Nested
  class LabelSmoothingKit extends RegularizerSuite {
    LabelSmoothingKit() {
      super(LabelSmoothing.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}");
    }
  }

  @Nested
  class AugmentationKit extends RegularizerSuite {
    AugmentationKit() {
      super(Augmentation.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{shift: 1, rotation: 20, flip: true, brightness: 0.1, contrast: 0.2}");
    }
  }
}
