package org.genlab.runtime.plugins;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The right to go on with certain revisions of plugins, whatever happens to their bundles. See
 * {@link Leases}.
 */
@ProviderType
public interface Lease extends AutoCloseable {
  /** A lease of nothing. */
  Lease NONE = () -> {};

  /** Gives the plugins back. Closing twice changes nothing. */
  @Override
  void close();
}
