package org.genlab.launcher;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.genlab.launcher.diagnosis.Diagnosis;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.startlevel.BundleStartLevel;

/**
 * The running framework with the bundles of an installation: base bundles at start level 10, plugin
 * bundles at 20. A bundle that does not resolve or start is left out and spoken of in {@link
 * #unusable()}.
 */
final class Container implements AutoCloseable {
  private static final int BASE_LEVEL = 10;
  private static final int PLUGIN_LEVEL = 20;

  private static final int CHANGES =
      BundleEvent.INSTALLED | BundleEvent.UPDATED | BundleEvent.UNINSTALLED;

  private final Framework framework;
  private final Map<Path, String> checksums;
  private final Duration patience;
  private final List<String> unusable = new ArrayList<>();

  private Container(Framework framework, Map<Path, String> checksums, Duration patience) {
    this.framework = framework;
    this.checksums = checksums;
    this.patience = patience;
  }

  /**
   * Starts the framework and every bundle that can be started. Bundles that an earlier process left
   * in the slot are used again; when they are incomplete or damaged everything is installed anew.
   *
   * @param slot where the framework keeps its copies of the bundles
   * @param patience how long closing waits for bundles to stop
   */
  static Container start(Installation installation, StorageSlot slot, Duration patience)
      throws BundleException, IOException, LaunchException {
    if (slot.isComplete()) {
      try {
        Container container =
            new Container(framework(installation, slot), installation.checksums(), patience);
        container.launch(List.of(), List.of());
        if (container.unusable.isEmpty()
            && container.bundles().length == installation.bundleCount() + 1) {
          container.watch(slot);
          return container;
        }
        container.close();
      } catch (BundleException | RuntimeException e) {
        // Damaged, by a full disk for instance.
      }
    }
    slot.clear();
    Container container =
        new Container(framework(installation, slot), installation.checksums(), patience);
    container.launch(installation.bundles(), installation.plugins());
    if (container.unusable.isEmpty()) {
      slot.complete();
    }
    container.watch(slot);
    return container;
  }

  private static Framework framework(Installation installation, StorageSlot slot)
      throws IOException, LaunchException {
    FrameworkFactory factory =
        ServiceLoader.load(FrameworkFactory.class)
            .findFirst()
            .orElseThrow(() -> new LaunchException("lib has no OSGi framework."));
    Map<String, String> configuration = new HashMap<>();
    configuration.put(Constants.FRAMEWORK_STORAGE, slot.storage().toString());
    configuration.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, installation.bootPackages());
    configuration.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, Integer.toString(PLUGIN_LEVEL));
    // Versions stand side by side, also two builds of the same one.
    configuration.put(Constants.FRAMEWORK_BSNVERSION, Constants.FRAMEWORK_BSNVERSION_MULTIPLE);
    configuration.put("genlab.home", installation.home().toString());
    configuration.put(
        "genlab.plugins",
        installation.pluginDirectories().stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
    if (installation.installed() != null) {
      configuration.put("genlab.installed", installation.installed().toString());
    }
    // What goes wrong is said once, as a sentence, by this class; the slot has its own lock.
    configuration.put("felix.log.level", "0");
    configuration.put("felix.cache.locking", "false");
    return factory.newFramework(configuration);
  }

  /** Starts the framework, with these bundles in addition to those that its storage has. */
  private void launch(List<Path> base, List<Path> plugins) throws BundleException, IOException {
    try {
      framework.init();
      for (Path jar : base) {
        install(jar, Files.readAllBytes(jar), jar.toUri().toString(), BASE_LEVEL);
      }
      for (Path jar : plugins) {
        installPlugin(jar);
      }
      framework.start();
      examine();
    } catch (BundleException | IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** The location says what the jar was, for as long as the bundle exists. */
  private void installPlugin(Path jar) throws IOException {
    byte[] content = Files.readAllBytes(jar);
    String digest = Checksums.sha256(content);
    String expected = checksums.getOrDefault(jar, digest);
    if (!expected.equals(digest)) {
      unusable.add(
          String.format(
              "the file %s is not used: its SHA-256 is %s, but %s says %s; install the plugin"
                  + " again, or remove the file.",
              jar, digest, jar.resolveSibling(Checksums.FILE), expected));
      return;
    }
    install(jar, content, jar.toUri() + "#sha256=" + digest, PLUGIN_LEVEL);
  }

  private void install(Path jar, byte[] content, String location, int level) {
    try {
      Bundle bundle =
          framework.getBundleContext().installBundle(location, new ByteArrayInputStream(content));
      bundle.adapt(BundleStartLevel.class).setStartLevel(level);
      if (!isFragment(bundle)) {
        bundle.start();
      }
    } catch (BundleException e) {
      unusable.add(
          String.format(
              "the file %s cannot be used: %s; is it a complete bundle?", jar, e.getMessage()));
    }
  }

  /** What is installed, updated or removed from now on is not what the installation has. */
  private void watch(StorageSlot slot) {
    SynchronousBundleListener listener =
        event -> {
          if ((event.getType() & CHANGES) != 0) {
            slot.spoil();
          }
        };
    framework.getBundleContext().addBundleListener(listener);
  }

  private Bundle[] bundles() {
    return framework.getBundleContext().getBundles();
  }

  private void examine() {
    for (Bundle bundle : bundles()) {
      boolean usable =
          bundle.getState() == Bundle.ACTIVE
              || (isFragment(bundle) && bundle.getState() == Bundle.RESOLVED);
      if (!usable) {
        unusable.add(new Diagnosis(bundles()).sentence(bundle));
      }
    }
  }

  private static boolean isFragment(Bundle bundle) {
    return bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null;
  }

  /** A sentence for each bundle that could not be started: which one, and what it lacks. */
  List<String> unusable() {
    return List.copyOf(unusable);
  }

  /**
   * The command line: the service that a bundle registers with {@code genlab.main=true}, the one
   * with the highest ranking when there are several.
   */
  @SuppressWarnings("unchecked") // What a service with this property takes is our own contract.
  ToIntFunction<String[]> commandLine() throws LaunchException {
    BundleContext context = framework.getBundleContext();
    try {
      ServiceReference<?>[] services =
          context.getServiceReferences(ToIntFunction.class.getName(), "(genlab.main=true)");
      if (services == null) {
        throw new LaunchException(
            "no bundle offers the command line (a service java.util.function.ToIntFunction with"
                + " genlab.main=true); the installation is incomplete.");
      }
      ServiceReference<?> first = Collections.max(Arrays.asList(services));
      return (ToIntFunction<String[]>) context.getService(first);
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      framework.stop();
      framework.waitForStop(patience.toMillis());
    } catch (BundleException e) {
      System.err.println("genlab: the container did not stop: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
