package org.genlab.runtime.plugins;

import java.util.Collection;
import org.osgi.annotation.versioning.ProviderType;
import org.osgi.framework.Bundle;

/**
 * Who needs which plugin bundles; an OSGi service. A run holds a lease on the revisions it was
 * wired with and finishes on them. A bundle that was replaced or removed is <em>retired</em>: no
 * new run is offered its plugins, and when the last lease on it ends it is uninstalled and
 * refreshed, exactly that one bundle.
 *
 * <p>Whoever updates or refreshes a bundle directly does no harm either: before a leased bundle
 * stops, all of its classes are loaded, so that runs never ask for one in a jar that is closed.
 *
 * <p>Thread-safe.
 */
@ProviderType
public interface Leases {
  /**
   * Takes a lease on the bundles of plugins, and on the bundles that they have packages from.
   *
   * @param plugins those that do not come from a bundle need no lease
   * @throws PluginException when the bundle of one is gone already; a new plan finds what there is
   *     now
   */
  Lease acquire(Collection<PluginDescriptor> plugins);

  /** Whether anybody holds a lease on a revision of the bundle. */
  boolean isLeased(Bundle bundle);

  /**
   * Takes a bundle out of what is offered to new runs, and uninstalls and refreshes it as soon as
   * nobody holds a lease on it. When nobody does it is uninstalled before this returns; the
   * framework refreshes it on its own thread.
   */
  void retire(Bundle bundle);

  /** Whether the bundle was retired. */
  boolean isRetired(Bundle bundle);

  /** For use without a container: plugins of the class path need no leases. */
  static Leases none() {
    return new Leases() {
      @Override
      public Lease acquire(Collection<PluginDescriptor> plugins) {
        return Lease.NONE;
      }

      @Override
      public boolean isLeased(Bundle bundle) {
        return false;
      }

      @Override
      public void retire(Bundle bundle) {
        throw new UnsupportedOperationException("there is no container");
      }

      @Override
      public boolean isRetired(Bundle bundle) {
        return false;
      }
    };
  }
}
