package org.genlab.provisioning;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.resolver.Resolver;

/** A framework as the launcher starts it, for tests. */
public final class TestContainer implements AutoCloseable {
  private final Framework framework;

  /**
   * Starts it.
   *
   * @param packages further packages that the platform exports, as in {@code Export-Package}
   */
  public TestContainer(Path storage, String packages) throws BundleException {
    framework =
        ServiceLoader.load(FrameworkFactory.class)
            .findFirst()
            .orElseThrow()
            .newFramework(
                Map.of(
                    "org.osgi.framework.storage",
                    storage.toString(),
                    "org.osgi.framework.bsnversion",
                    "multiple",
                    "felix.log.level",
                    "0",
                    "org.osgi.framework.system.packages.extra",
                    packages));
    framework.start();
  }

  public BundleContext context() {
    return framework.getBundleContext();
  }

  /** The framework's own resolver. */
  public Resolver resolver() {
    return context().getService(context().getServiceReference(Resolver.class));
  }

  public Bundle install(Path jar) throws Exception {
    try (InputStream in = Files.newInputStream(jar)) {
      return context().installBundle(jar.toUri().toString(), in);
    }
  }

  /** Resolves all that can be resolved. */
  public void resolve() {
    framework.adapt(FrameworkWiring.class).resolveBundles(null);
  }

  /** Wires everything anew, and waits for it. */
  public void refresh() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    FrameworkWiring wiring = framework.adapt(FrameworkWiring.class);
    List<Bundle> all = new ArrayList<>(wiring.getRemovalPendingBundles());
    for (Bundle bundle : context().getBundles()) {
      if (bundle.getBundleId() != 0) {
        all.add(bundle);
      }
    }
    wiring.refreshBundles(all, event -> done.countDown());
    done.await();
    resolve();
  }

  /** What a refresh of these bundles would touch. */
  public List<Bundle> closure(List<Bundle> bundles) {
    return framework.adapt(FrameworkWiring.class).getDependencyClosure(bundles).stream()
        .filter(b -> b.getBundleId() != 0)
        .toList();
  }

  @Override
  public void close() throws Exception {
    framework.stop();
    framework.waitForStop(10_000);
  }
}
