package org.genlab.provisioning.internal;

import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import org.genlab.provisioning.install.InstalledProvenance;
import org.genlab.provisioning.install.Provisioning;
import org.genlab.provisioning.resolve.Platform;
import org.genlab.runtime.plugins.Provenance;
import org.osgi.annotation.bundle.Header;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.resolver.Resolver;

/** Offers provisioning to the container. */
@Header(name = Constants.BUNDLE_ACTIVATOR, value = "${@class}")
public final class Activator implements BundleActivator {
  @Override
  public void start(BundleContext context) {
    Path home = Path.of(String.valueOf(context.getProperty("genlab.home")));
    List<Path> plugins =
        context.getProperty("genlab.plugins") == null
            ? List.of(home.resolve("plugins"))
            : Arrays.stream(context.getProperty("genlab.plugins").split(File.pathSeparator, -1))
                .map(Path::of)
                .toList();
    String installed = context.getProperty("genlab.installed");
    Provisioning provisioning =
        new Provisioning(
            new Provisioning.Surroundings(
                resolver(context),
                () -> Platform.of(context, bundle -> !isIn(bundle, plugins)),
                plugins,
                installed == null ? home.resolve("plugins") : Path.of(installed).toAbsolutePath(),
                user("GENLAB_CONFIG", "XDG_CONFIG_HOME", ".config"),
                user("GENLAB_CACHE", "XDG_CACHE_HOME", ".cache"),
                Clock.systemUTC()));
    context.registerService(Provisioning.class, provisioning, null);
    context.registerService(
        Provenance.class, new InstalledProvenance(provisioning.directory()), null);
  }

  private static Resolver resolver(BundleContext context) {
    ServiceReference<Resolver> reference = context.getServiceReference(Resolver.class);
    if (reference == null) {
      throw new IllegalStateException("the framework offers no Resolver service");
    }
    return context.getService(reference);
  }

  private static boolean isIn(Bundle bundle, List<Path> directories) {
    String location = bundle.getLocation().replaceFirst("#.*", "");
    if (!location.startsWith("file:")) {
      return false;
    }
    Path jar = Path.of(URI.create(location));
    return directories.stream().anyMatch(d -> d.toAbsolutePath().equals(jar.getParent()));
  }

  /** A directory of the user: what one variable says, else genlab in what another says. */
  private static Path user(String own, String base, String otherwise) {
    String given = System.getenv(own);
    if (given != null && !given.isEmpty()) {
      return Path.of(given).toAbsolutePath();
    }
    String directory = System.getenv(base);
    // The specification of base directories says that relative paths are to be ignored.
    return directory != null && Path.of(directory).isAbsolute()
        ? Path.of(directory, "genlab")
        : Path.of(System.getProperty("user.home"), otherwise, "genlab");
  }

  @Override
  public void stop(BundleContext context) {
    // The framework withdraws the services.
  }
}
