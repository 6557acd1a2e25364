package org.genlab.runtime.internal;

import org.genlab.runtime.internal.plugins.OsgiCatalog;
import org.genlab.runtime.plugins.PluginCatalog;
import org.genlab.runtime.plugins.Wiring;
import org.osgi.annotation.bundle.Header;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;

/** Offers the runtime's services to the container; the framework withdraws them at the stop. */
@Header(name = Constants.BUNDLE_ACTIVATOR, value = "${@class}")
public final class Activator implements BundleActivator {
  @Override
  public void start(BundleContext context) {
    PluginCatalog catalog = new OsgiCatalog(context);
    Wiring wiring = Wiring.with(catalog);
    context.registerService(PluginCatalog.class, catalog, null);
    context.registerService(Wiring.class, wiring, null);
  }

  @Override
  public void stop(BundleContext context) {
    // Nothing is held that the framework does not release.
  }
}
