package org.genlab.cli.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.genlab.lab.ContainerPlugins;
import org.genlab.lab.Deployer;
import org.genlab.lab.Plugins;
import org.genlab.provisioning.install.Provisioning;
import org.genlab.runtime.engine.RunEngine;
import org.genlab.runtime.plugins.Leases;
import org.genlab.runtime.plugins.PluginArchive;
import org.genlab.runtime.plugins.PluginCatalog;
import org.genlab.runtime.plugins.Wiring;
import org.genlab.store.AtomicFiles;
import org.genlab.store.Digests;
import org.genlab.store.UserError;
import org.genlab.study.StudyCatalog;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleWiring;

/** The services and bundles of the container. */
final class ContainerLab implements Lab {
  /** As the launcher does. */
  private static final int PLUGIN_LEVEL = 20;

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
  public Provisioning provisioning() {
    return service(Provisioning.class);
  }

  @Override
  public void deploy(List<Path> jars) {
    List<Bundle> bundles = new ArrayList<>();
    for (Path jar : jars) {
      try {
        byte[] content = Files.readAllBytes(jar);
        Bundle bundle =
            context.installBundle(
                jar.toUri() + "#sha256=" + Digests.sha256(content),
                new ByteArrayInputStream(content));
        bundle.adapt(BundleStartLevel.class).setStartLevel(PLUGIN_LEVEL);
        bundles.add(bundle);
      } catch (IOException e) {
        throw AtomicFiles.cannotRead(jar, e);
      } catch (BundleException e) {
        throw new UserError(
            "the file " + jar + " cannot be used: " + e.getMessage() + "; is it complete?", e);
      }
    }
    for (Bundle bundle : bundles) {
      failure(bundle)
          .ifPresent(
              reason -> {
                throw new UserError(
                    "the bundle "
                        + bundle.getSymbolicName()
                        + " "
                        + bundle.getVersion()
                        + " was installed, but does not start: "
                        + reason
                        + ".");
              });
    }
  }

  /** Starts a bundle, unless it is a fragment; the reason when that fails. */
  private static Optional<String> failure(Bundle bundle) {
    if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null
        || bundle.getState() == Bundle.ACTIVE) {
      return Optional.empty();
    }
    try {
      bundle.start();
      return Optional.empty();
    } catch (BundleException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      return Optional.of(String.valueOf(cause.getMessage()).lines().findFirst().orElse(""));
    }
  }

  @Override
  public List<String> inactive() {
    List<String> sentences = new ArrayList<>();
    for (Bundle bundle : context.getBundles()) {
      if (bundle.adapt(BundleWiring.class) != null) {
        failure(bundle)
            .ifPresent(
                reason ->
                    sentences.add(
                        "the bundle "
                            + bundle.getSymbolicName()
                            + " "
                            + bundle.getVersion()
                            + " does not start: "
                            + reason
                            + "."));
      }
    }
    return sentences;
  }

  @Override
  public LabPlugins labPlugins(boolean start, Consumer<Path> finished) {
    AtomicReference<Consumer<String>> notices = new AtomicReference<>(line -> {});
    ContainerPlugins plugins =
        new ContainerPlugins(
            context,
            wiring(),
            leases(),
            new RunEngine(leases(), archive()),
            start,
            line -> notices.get().accept(line),
            finished);
    return new LabPlugins() {
      @Override
      public Plugins plugins() {
        return plugins;
      }

      @Override
      public Deployer deployer(Consumer<String> listener) {
        notices.set(listener);
        return plugins.deployer();
      }
    };
  }

  @Override
  public Plugins livePlugins() {
    return labPlugins(true, directory -> {}).plugins();
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
