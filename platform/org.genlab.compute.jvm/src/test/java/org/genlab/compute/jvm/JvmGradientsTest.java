package org.genlab.compute.jvm;

import org.genlab.tensor.GradientsContract;
import org.genlab.tensor.backend.Backend;

class JvmGradientsTest extends GradientsContract {
  @Override
  protected Backend create() {
    return new JvmBackend(2);
  }
}
