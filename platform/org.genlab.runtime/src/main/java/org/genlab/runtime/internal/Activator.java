package org.genlab.runtime.internal;

import java.util.Optional;
import org.genlab.runtime.internal.plugins.BundleKeeper;
import org.genlab.runtime.internal.plugins.BundleLeases;
import org.genlab.runtime.internal.plugins.OsgiCatalog;
import org.genlab.runtime.plugins.Leases;
import org.genlab.runtime.plugins.PluginArchive;
import org.genlab.runtime.plugins.PluginCatalog;
import org.genlab.runtime.plugins.Provenance;
import org.genlab.runtime.plugins.Wiring;
import org.genlab.store.BundleArchive;
import org.osgi.annotation.bundle.Header;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/** Offers the runtime's services to the container; the framework withdraws them at the stop. */
@Header(name = Constants.BUNDLE_ACTIVATOR, value = "${@class}")
public final class Activator implements BundleActivator {
  @Override
  public void start(BundleContext context) {
    BundleLeases leases = new BundleLeases(context);
    context.addBundleListener(leases);
    OsgiCatalog catalog =
        new OsgiCatalog(
            context,
            bundle -> leases.isRetired(bundle) || BundleKeeper.isArchived(bundle),
            digest -> signer(context, digest));
    PluginArchive archive = new BundleKeeper(context, BundleArchive.ofUser(), leases, catalog);
    context.registerService(PluginArchive.class, archive, null);
    Wiring wiring = Wiring.with(catalog);
    context.registerService(Leases.class, leases, null);
    context.registerService(PluginCatalog.class, catalog, null);
    context.registerService(Wiring.class, wiring, null);
  }

  /** Asked for each time: who knows it may come later than this bundle, or never. */
  private static Optional<String> signer(BundleContext context, String digest) {
    ServiceReference<Provenance> reference = context.getServiceReference(Provenance.class);
    Provenance provenance = reference == null ? null : context.getService(reference);
    try {
      return provenance == null ? Optional.empty() : provenance.signer(digest);
    } finally {
      if (provenance != null) {
        context.ungetService(reference);
      }
    }
  }

  @Override
  public void stop(BundleContext context) {
    // Nothing is held that the framework does not release.
  }
}
