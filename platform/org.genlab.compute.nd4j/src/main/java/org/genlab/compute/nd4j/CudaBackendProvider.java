package org.genlab.compute.nd4j;

import java.util.List;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.BackendProvider;

/** The provider of the backend {@code nd4j} on a CUDA device. */
public final class CudaBackendProvider implements BackendProvider {
  static final String NAME = "cuda";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int priority() {
    return -20;
  }

  @Override
  public String device() {
    return "cuda";
  }

  @Override
  public boolean isDeterministic() {
    return false;
  }

  @Override
  public boolean isAvailable() {
    return Installation.ofThisMachine().missingForCuda().isEmpty();
  }

  @Override
  public Backend create(int threads) {
    List<String> missing = Installation.ofThisMachine().missingForCuda();
    if (!missing.isEmpty()) {
      throw new IllegalStateException(String.join(", and ", missing));
    }
    return Start.onCuda(threads);
  }
}
