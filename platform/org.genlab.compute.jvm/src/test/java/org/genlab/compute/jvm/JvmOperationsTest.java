package org.genlab.compute.jvm;

import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.contract.OperationContract;

class JvmOperationsTest extends OperationContract {
  @Override
  protected Backend create() {
    return new JvmBackend(2);
  }
}
