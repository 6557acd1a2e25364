package org.genlab.lab;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.genlab.api.Plugin;
import org.genlab.runtime.engine.RunEngine;
import org.genlab.runtime.plugins.Leases;
import org.genlab.runtime.plugins.PluginDescriptor;
import org.genlab.runtime.plugins.Wiring;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleRevision;

/** The plugins of the container, kept up to date with the plugin directories. */
public final class ContainerPlugins implements Plugins {
  private final BundleContext context;
  private final Wiring wiring;
  private final RunEngine engine;
  private final Deployer deployer;
  private final Consumer<Path> finished;

  /**
   * @param engine leases plugins there, too
   * @param start whether plugin bundles that come later are started
   * @param notices takes a sentence for whatever happens to plugins
   * @param finished is given the directory of each run that has finished
   */
  public ContainerPlugins(
      BundleContext context,
      Wiring wiring,
      Leases leases,
      RunEngine engine,
      boolean start,
      Consumer<String> notices,
      Consumer<Path> finished) {
    this.context = context;
    this.wiring = wiring;
    this.engine = engine;
    this.deployer = new Deployer(context, leases, Deployer.directories(context), start, notices);
    this.finished = finished;
  }

  public Deployer deployer() {
    return deployer;
  }

  @Override
  public Wiring wiring() {
    return wiring;
  }

  @Override
  public RunEngine engine() {
    return engine;
  }

  @Override
  public void refresh() {
    deployer.scan();
  }

  @Override
  public void finished(Path directory) {
    finished.accept(directory);
  }

  /** The innermost frame of a class of a bundle that offers plugins. */
  @Override
  public Optional<String> culprit(StackTraceElement[] stack) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < stack.length; i++) {
      String name = stack[i].getClassName();
      if (name.startsWith("java.") || name.startsWith("jdk.") || !seen.add(name)) {
        continue;
      }
      Optional<Bundle> bundle = bundleOf(name);
      if (bundle.isPresent()) {
        return Optional.of(describe(bundle.get(), stack, i));
      }
    }
    return Optional.empty();
  }

  private Optional<Bundle> bundleOf(String className) {
    String path = className.replace('.', '/') + ".class";
    for (Bundle bundle : context.getBundles()) {
      BundleRevision revision = bundle.adapt(BundleRevision.class);
      if (revision != null
          && !revision.getDeclaredCapabilities(Plugin.NAMESPACE).isEmpty()
          && bundle.getEntry(path) != null) {
        return Optional.of(bundle);
      }
    }
    return Optional.empty();
  }

  /** The plugin of the bundle whose class stands on the stack; the bundle when there is none. */
  private String describe(Bundle bundle, StackTraceElement[] stack, int from) {
    List<PluginDescriptor> plugins =
        wiring.catalog().all().stream()
            .filter(p -> p.bundle().equals(bundle.getSymbolicName()))
            .filter(p -> p.bundleVersion().equals(bundle.getVersion().toString()))
            // Of a class and those nested in it, the longest name fits best.
            .sorted(Comparator.comparingInt((PluginDescriptor p) -> -p.className().length()))
            .toList();
    for (int i = from; i < stack.length; i++) {
      String name = stack[i].getClassName();
      for (PluginDescriptor plugin : plugins) {
        if (name.equals(plugin.className()) || name.startsWith(plugin.className() + "$")) {
          return plugin.toString();
        }
      }
    }
    if (plugins.size() == 1) {
      return plugins.get(0).toString();
    }
    return "bundle " + bundle.getSymbolicName() + " " + bundle.getVersion();
  }
}
