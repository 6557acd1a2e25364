package org.genlab.compute.nd4j;

import org.genlab.tensor.PerExampleContract;
import org.genlab.tensor.backend.Backend;

class Nd4jPerExampleTest extends PerExampleContract {
  @Override
  protected Backend create() {
    return new Nd4jBackendProvider().create(2);
  }
}
