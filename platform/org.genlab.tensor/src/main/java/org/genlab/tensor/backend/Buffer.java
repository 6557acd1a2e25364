package org.genlab.tensor.backend;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A block of 32-bit floats in the memory of a backend. Only the backend that allocated it, or one
 * that says so, knows what is behind it; the backends for the JVM share {@link HostBuffer}.
 */
@ConsumerType
public interface Buffer {
  /** The number of floats. */
  int length();
}
