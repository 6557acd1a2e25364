package org.genlab.runtime.internal.plugins;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.genlab.runtime.plugins.PluginArchive;
import org.genlab.runtime.plugins.PluginDescriptor;
import org.genlab.runtime.plugins.PluginException;
import org.genlab.store.BundleArchive;
import org.genlab.store.Digests;
import org.genlab.store.UserError;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** Keeps the container's plugin bundles in the archive, and installs them from there. */
public final class BundleKeeper implements PluginArchive {
  private static final String LOCATION = "archive:";

  private final BundleContext context;
  private final BundleArchive archive;
  private final BundleLeases leases;
  private final OsgiCatalog catalog;
  private final Set<String> kept = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> users = new HashMap<>();

  public BundleKeeper(
      BundleContext context, BundleArchive archive, BundleLeases leases, OsgiCatalog catalog) {
    this.context = context;
    this.archive = archive;
    this.leases = leases;
    this.catalog = catalog;
  }

  /** Whether a bundle is one of the archive, which is not for everybody. */
  public static boolean isArchived(Bundle bundle) {
    return bundle.getLocation().startsWith(LOCATION);
  }

  @Override
  public List<String> keep(Collection<PluginDescriptor> plugins) {
    Set<Bundle> bundles = new LinkedHashSet<>();
    for (PluginDescriptor plugin : plugins) {
      plugin.wiring().map(BundleLeases::withProviders).stream()
          .flatMap(Set::stream)
          .map(BundleWiring::getBundle)
          .forEach(bundles::add);
    }
    List<String> problems = new ArrayList<>();
    for (Bundle bundle : bundles) {
      Optional<String> sha256 = OsgiCatalog.digestIn(bundle.getLocation());
      if (sha256.isPresent() && !kept.contains(sha256.get())) {
        keep(bundle, sha256.get()).ifPresentOrElse(problems::add, () -> kept.add(sha256.get()));
      }
    }
    return problems;
  }

  private Optional<String> keep(Bundle bundle, String sha256) {
    String reason;
    try {
      if (archive.get(sha256).isPresent()) {
        return Optional.empty();
      }
      Optional<byte[]> jar = content(bundle, sha256);
      if (jar.isPresent()) {
        archive.put(jar.get());
        return Optional.empty();
      }
      reason = "its jar was replaced since it was installed";
    } catch (UserError e) {
      reason = e.getMessage();
    }
    return Optional.of(
        "The bundle "
            + bundle.getSymbolicName()
            + " "
            + bundle.getVersion()
            + " could not be kept in "
            + archive.directory()
            + " ("
            + reason.replaceFirst("\\.$", "")
            + "); without it this run cannot be repeated when the bundle is gone.");
  }

  /** The jar's bytes: from its file, or from the container's own copy when that was replaced. */
  private Optional<byte[]> content(Bundle bundle, String sha256) {
    String location = bundle.getLocation().replaceFirst("#.*", "");
    List<Path> candidates = new ArrayList<>();
    if (location.startsWith("file:")) {
      candidates.add(Path.of(URI.create(location)));
    }
    String storage = context.getProperty(Constants.FRAMEWORK_STORAGE);
    if (storage != null) {
      Path copies = Path.of(storage, "bundle" + bundle.getBundleId());
      if (Files.isDirectory(copies)) {
        try (Stream<Path> files = Files.walk(copies, 2)) {
          files.filter(f -> f.endsWith("bundle.jar")).sorted().forEach(candidates::add);
        } catch (IOException e) {
          // Then there is no copy that could be read.
        }
      }
    }
    for (Path candidate : candidates) {
      try {
        byte[] bytes = Files.readAllBytes(candidate);
        if (Digests.sha256(bytes).equals(sha256)) {
          return Optional.of(bytes);
        }
      } catch (IOException e) {
        // The next one may do.
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<Opened> open(String sha256) {
    Optional<Path> jar = archive.get(sha256);
    if (jar.isEmpty()) {
      return Optional.empty();
    }
    String location = LOCATION + sha256 + "#sha256=" + sha256;
    Bundle bundle;
    synchronized (users) {
      bundle = install(jar.get(), location);
      users.merge(location, 1, Integer::sum);
    }
    List<PluginDescriptor> plugins = catalog.of(bundle);
    AtomicBoolean open = new AtomicBoolean(true);
    return Optional.of(
        new Opened() {
          @Override
          public List<PluginDescriptor> plugins() {
            return plugins;
          }

          @Override
          public void close() {
            if (open.getAndSet(false)) {
              leave(bundle, location);
            }
          }
        });
  }

  private void leave(Bundle bundle, String location) {
    synchronized (users) {
      if (users.merge(location, -1, (count, less) -> count + less == 0 ? null : count + less)
          != null) {
        return;
      }
    }
    leases.retire(bundle);
  }

  private Bundle install(Path jar, String location) {
    Bundle bundle = null;
    try {
      bundle = context.installBundle(location, new ByteArrayInputStream(Files.readAllBytes(jar)));
      if (!context
          .getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
          .adapt(FrameworkWiring.class)
          .resolveBundles(List.of(bundle))) {
        // Starting it says what is missing.
        bundle.start();
      }
      if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
        bundle.start();
      }
      return bundle;
    } catch (IOException | BundleException e) {
      String name =
          bundle == null ? jar.toString() : bundle.getSymbolicName() + " " + bundle.getVersion();
      if (bundle != null) {
        leases.retire(bundle);
      }
      throw new PluginException(
          "the archived bundle "
              + name
              + " cannot be used with the platform of today: "
              + e.getMessage(),
          e);
    }
  }
}
