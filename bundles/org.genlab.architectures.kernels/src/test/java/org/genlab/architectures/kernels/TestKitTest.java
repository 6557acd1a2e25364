package org.genlab.architectures.kernels;

import java.util.List;
import org.genlab.tck.ArchitectureSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class KernelRidgeKit extends ArchitectureSuite {
    KernelRidgeKit() {
      super(KernelRidge.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{}", "{kernel: laplacian, bandwidth: 2, ridge: 0.1}", "{kernel: linear, ridge: 1}");
    }
  }

  @Nested
  class TwoLayerInterpolatorKit extends ArchitectureSuite {
    TwoLayerInterpolatorKit() {
      super(TwoLayerInterpolator.class);
    }

    /** Its slope changes at as many places as there are examples: no step is small enough. */
    @Override
    protected boolean hasExactGradients() {
      return false;
    }
  }
}
