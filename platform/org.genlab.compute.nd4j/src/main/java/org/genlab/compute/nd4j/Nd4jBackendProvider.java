package org.genlab.compute.nd4j;

import java.util.List;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.BackendProvider;

/**
 * The provider of the backend {@code nd4j}: DeepLearning4J's arrays, on the processor. Never chosen
 * by default.
 */
public final class Nd4jBackendProvider implements BackendProvider {
  static final String NAME = "nd4j";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int priority() {
    return -10;
  }

  @Override
  public boolean isDeterministic() {
    return false;
  }

  @Override
  public boolean isAvailable() {
    return Installation.ofThisMachine().missingForCpu().isEmpty();
  }

  @Override
  public Backend create(int threads) {
    List<String> missing = Installation.ofThisMachine().missingForCpu();
    if (!missing.isEmpty()) {
      throw new IllegalStateException(String.join(", and ", missing));
    }
    return Start.onCpu(threads);
  }
}
