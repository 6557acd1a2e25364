package org.genlab.cli.internal;

import java.util.Optional;
import org.genlab.runtime.plugins.Leases;
import org.genlab.runtime.plugins.PluginArchive;
import org.genlab.runtime.plugins.PluginCatalog;
import org.genlab.runtime.plugins.Wiring;
import org.genlab.study.StudyCatalog;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** The services and bundles of the container. */
final class ContainerLab implements Lab {
  private final BundleContext context;

  ContainerLab(BundleContext context) {
    this.context = context;
  }

  @Override
  public PluginCatalog plugins() {
    return service(PluginCatalog.class);
  }

  @Override
  public Wiring wiring() {
    return service(Wiring.class);
  }

  @Override
  public Leases leases() {
    return service(Leases.class);
  }

  @Override
  public Optional<PluginArchive> archive() {
    return Optional.of(service(PluginArchive.class));
  }

  @Override
  public StudyCatalog studies() {
    return StudyCatalog.of(context);
  }

  @Override
  public String version() {
    return context.getBundle().getVersion().toString();
  }

  private <T> T service(Class<T> type) {
    ServiceReference<T> reference = context.getServiceReference(type);
    T service = reference == null ? null : context.getService(reference);
    if (service == null) {
      throw new IllegalStateException(
          "the container offers no " + type.getName() + "; the runtime bundle is not active");
    }
    return service;
  }
}
