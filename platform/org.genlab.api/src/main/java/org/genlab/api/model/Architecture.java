package org.genlab.api.model;

import org.genlab.api.data.DataSpec;
import org.osgi.annotation.versioning.ConsumerType;

/** A family of networks: builds the member that fits the data. */
@ConsumerType
public interface Architecture {
  /**
   * Builds a network for data of that shape.
   *
   * @throws IllegalArgumentException when this architecture cannot read such inputs or produce such
   *     targets; the message says which it can
   */
  Network build(DataSpec spec);
}
