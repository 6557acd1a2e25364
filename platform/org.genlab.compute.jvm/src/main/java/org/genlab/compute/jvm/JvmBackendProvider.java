package org.genlab.compute.jvm;

import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.BackendProvider;

/**
 * The provider of the backend {@code jvm}: Java arrays and the Vector API. Available in a JVM
 * started with {@code --add-modules jdk.incubator.vector}.
 */
public final class JvmBackendProvider implements BackendProvider {
  static final String NAME = "jvm";

  private static final String MODULE = "jdk.incubator.vector";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int priority() {
    return 10;
  }

  @Override
  public boolean isAvailable() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  @Override
  public Backend create(int threads) {
    if (!isAvailable()) {
      throw new IllegalStateException(
          "the backend " + NAME + " needs a JVM started with --add-modules " + MODULE);
    }
    return new JvmBackend(threads);
  }
}
