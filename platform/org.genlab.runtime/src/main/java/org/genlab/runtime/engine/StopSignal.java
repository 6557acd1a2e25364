package org.genlab.runtime.engine;

import java.util.concurrent.atomic.AtomicBoolean;

/** A request to end a run at its next step boundary, with a checkpoint. Thread-safe. */
public final class StopSignal {
  private final AtomicBoolean requested = new AtomicBoolean();

  public void request() {
    requested.set(true);
  }

  public boolean isRequested() {
    return requested.get();
  }
}
