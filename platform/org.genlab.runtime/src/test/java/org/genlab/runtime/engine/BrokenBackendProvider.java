package org.genlab.runtime.engine;

import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.BackendProvider;

/** A backend that is installed and cannot be used. */
public final class BrokenBackendProvider implements BackendProvider {
  @Override
  public String name() {
    return "broken";
  }

  @Override
  public int priority() {
    return 1000;
  }

  @Override
  public boolean isAvailable() {
    return false;
  }

  @Override
  public Backend create(int threads) {
    throw new IllegalStateException("it lacks a screw.");
  }
}
