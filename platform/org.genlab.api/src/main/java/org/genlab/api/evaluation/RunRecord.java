package org.genlab.api.evaluation;

import java.util.Map;
import java.util.Optional;
import org.genlab.api.model.Parameters;
import org.osgi.annotation.versioning.ProviderType;

/** A finished run, as analyses see it. */
@ProviderType
public interface RunRecord {
  /** The arm of the study. */
  String arm();

  long seed();

  /** The resolved settings by path, e.g. {@code optimizer.weight-decay -> 1.0}. */
  Map<String, Object> settings();

  History history();

  /** The array of that name recorded last, if any. */
  Optional<double[]> array(String name);

  /** The parameters of the main model after the last step. */
  Parameters parameters();
}
