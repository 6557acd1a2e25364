package org.genlab.compute.nd4j;

import org.genlab.tensor.GradientsContract;
import org.genlab.tensor.backend.Backend;

class Nd4jGradientsTest extends GradientsContract {
  @Override
  protected Backend create() {
    return new Nd4jBackendProvider().create(2);
  }
}
