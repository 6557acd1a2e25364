package org.genlab.compute.jvm;

import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.contract.RealSizeContract;

class JvmRealSizesTest extends RealSizeContract {
  @Override
  protected Backend create() {
    return new JvmBackend(2);
  }
}
