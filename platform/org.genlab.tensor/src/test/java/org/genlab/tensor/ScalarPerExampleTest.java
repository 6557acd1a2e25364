package org.genlab.tensor;

import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.ScalarBackend;

class ScalarPerExampleTest extends PerExampleContract {
  @Override
  protected Backend create() {
    return new ScalarBackend();
  }
}
