package org.genlab.architectures.dl4j;

import org.genlab.api.data.DataSpec;
import org.genlab.api.model.Network;

/** What {@link Dl4jNetwork} needs DL4J for; implemented by the fragment in the compute layer. */
public interface NetworkReader {
  /**
   * Reads a network.
   *
   * @throws org.genlab.api.SettingException when the file cannot be read as a network
   * @throws IllegalArgumentException when the network does not fit the data
   */
  Network read(Dl4jNetwork.Settings settings, DataSpec spec);
}
