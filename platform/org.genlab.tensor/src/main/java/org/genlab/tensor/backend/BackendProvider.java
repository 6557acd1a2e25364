package org.genlab.tensor.backend;

import org.osgi.annotation.versioning.ConsumerType;

/** Makes backends of one name; found with {@link java.util.ServiceLoader}. */
@ConsumerType
public interface BackendProvider {
  /** The name by which experiments choose it, e.g. {@code jvm}. */
  String name();

  /** What it is chosen by when nobody asked for a name: the available one of highest priority. */
  int priority();

  /** Whether this machine and this JVM can run it (the module it needs is there, a device is). */
  boolean isAvailable();

  /** What it computes on: {@code cpu} or {@code cuda}. */
  default String device() {
    return "cpu";
  }

  /**
   * Whether the same computation gives the same bits on every machine and for any number of
   * threads. Other backends repeat a result only up to rounding.
   */
  default boolean isDeterministic() {
    return true;
  }

  /**
   * Makes a backend.
   *
   * @param threads how many threads its kernels may use at once, at least 1; never changes results
   * @throws IllegalStateException when it is not available; the message says what is missing
   */
  Backend create(int threads);
}
