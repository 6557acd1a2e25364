package org.genlab.compute.jvm;

import org.genlab.tensor.PerExampleContract;
import org.genlab.tensor.backend.Backend;

class JvmPerExampleTest extends PerExampleContract {
  @Override
  protected Backend create() {
    return new JvmBackend(2);
  }
}
