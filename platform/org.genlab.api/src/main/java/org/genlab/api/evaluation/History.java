package org.genlab.api.evaluation;

import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** All series of a run. */
@ProviderType
public interface History {
  /** The names of the series. */
  Set<String> names();

  /** The series of that name, if anything was recorded under it. */
  Optional<Series> series(String name);
}
