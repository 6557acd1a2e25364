package org.genlab.compute.jvm;

import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.contract.KernelContract;

class JvmKernelsTest extends KernelContract {
  @Override
  protected Backend create(int threads) {
    return new JvmBackend(threads);
  }
}
