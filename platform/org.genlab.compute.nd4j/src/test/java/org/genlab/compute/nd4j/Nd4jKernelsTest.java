package org.genlab.compute.nd4j;

import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.contract.KernelContract;

class Nd4jKernelsTest extends KernelContract {
  @Override
  protected Backend create(int threads) {
    return new Nd4jBackendProvider().create(threads);
  }

  @Override
  protected double tolerance(double contract) {
    return 1e-4;
  }
}
