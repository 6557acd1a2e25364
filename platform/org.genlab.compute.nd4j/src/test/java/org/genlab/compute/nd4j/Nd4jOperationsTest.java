package org.genlab.compute.nd4j;

import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.contract.OperationContract;

class Nd4jOperationsTest extends OperationContract {
  @Override
  protected Backend create() {
    return new Nd4jBackendProvider().create(2);
  }

  @Override
  protected double tolerance(double contract) {
    return Math.max(4 * contract, 1e-5);
  }
}
