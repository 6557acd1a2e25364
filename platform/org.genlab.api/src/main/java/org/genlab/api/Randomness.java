package org.genlab.api;

import org.genlab.tensor.random.RandomStream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The random numbers of a run: independent streams, each a pure function of (seed, owner, name,
 * counters). The owner is the plugin's place in the experiment, so adding a metric shifts nothing,
 * and a resumed run needs no replay.
 */
@ProviderType
public interface Randomness {
  /**
   * Returns the stream of that name and those counters, from its beginning: twice the same call
   * gives twice the same numbers.
   *
   * @param name what the numbers are for, e.g. {@code "order"}
   * @param counters whatever distinguishes repeated uses: epoch, step, layer
   */
  RandomStream stream(String name, long... counters);
}
