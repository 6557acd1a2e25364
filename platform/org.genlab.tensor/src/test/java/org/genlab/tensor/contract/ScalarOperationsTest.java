package org.genlab.tensor.contract;

import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.ScalarBackend;

class ScalarOperationsTest extends OperationContract {
  @Override
  protected Backend create() {
    return new ScalarBackend();
  }
}
