package org.genlab.runtime.plugins;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Knows where installed jars come from; an OSGi service that may be missing. Thread-safe. */
@ProviderType
@FunctionalInterface
public interface Provenance {
  /**
   * Who signed a jar, as it stands in the lock of a run.
   *
   * @param sha256 of the jar, hexadecimal
   * @return empty when nobody did, or nothing is known of the jar
   */
  Optional<String> signer(String sha256);
}
