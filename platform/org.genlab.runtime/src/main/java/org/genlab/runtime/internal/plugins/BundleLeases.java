package org.genlab.runtime.internal.plugins;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.genlab.runtime.plugins.Lease;
import org.genlab.runtime.plugins.Leases;
import org.genlab.runtime.plugins.PluginDescriptor;
import org.genlab.runtime.plugins.PluginException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * Leases on bundles of the container.
 *
 * <p>Only what is leased is held on to, and only while it is. The framework is never called while
 * the lock on this is held: its threads call back.
 */
public final class BundleLeases implements Leases, SynchronousBundleListener {
  private final BundleContext context;
  private final Map<BundleWiring, Integer> leases = new HashMap<>();
  private final Set<Long> retired = new HashSet<>();
  private final Set<Long> leaving = new HashSet<>();

  public BundleLeases(BundleContext context) {
    this.context = context;
  }

  @Override
  public Lease acquire(Collection<PluginDescriptor> plugins) {
    Set<BundleWiring> wirings = new LinkedHashSet<>();
    for (PluginDescriptor plugin : plugins) {
      plugin.wiring().ifPresent(wiring -> wirings.addAll(withProviders(wiring)));
    }
    synchronized (leases) {
      // Whoever holds a bundle that was uninstalled meanwhile may go on with it, others not.
      for (PluginDescriptor plugin : plugins) {
        if (plugin.wiring().filter(w -> !leases.containsKey(w) && isLeaving(w)).isPresent()) {
          throw gone(plugin);
        }
      }
      wirings.forEach(wiring -> leases.merge(wiring, 1, Integer::sum));
    }
    AtomicBoolean open = new AtomicBoolean(true);
    return () -> {
      if (open.getAndSet(false)) {
        release(wirings);
        wirings.clear();
      }
    };
  }

  private boolean isLeaving(BundleWiring wiring) {
    Bundle bundle = wiring.getBundle();
    return leaving.contains(bundle.getBundleId())
        || bundle.getState() == Bundle.UNINSTALLED
        || !wiring.isInUse();
  }

  private static PluginException gone(PluginDescriptor plugin) {
    return new PluginException(plugin + " was removed or replaced just now; try again");
  }

  /** A bundle can only be used together with those that it has packages from. */
  static Set<BundleWiring> withProviders(BundleWiring first) {
    Set<BundleWiring> wirings = new LinkedHashSet<>();
    Deque<BundleWiring> open = new ArrayDeque<>(List.of(first));
    while (!open.isEmpty()) {
      BundleWiring wiring = open.pop();
      if (wiring.getBundle().getBundleId() == Constants.SYSTEM_BUNDLE_ID || !wirings.add(wiring)) {
        continue;
      }
      List<BundleWire> wires = wiring.getRequiredWires(null);
      if (wires != null) {
        wires.forEach(wire -> open.push(wire.getProviderWiring()));
      }
    }
    return wirings;
  }

  private void release(Set<BundleWiring> wirings) {
    List<Bundle> free = new ArrayList<>();
    synchronized (leases) {
      for (BundleWiring wiring : wirings) {
        leases.computeIfPresent(wiring, (w, count) -> count == 1 ? null : count - 1);
        Bundle bundle = wiring.getBundle();
        if (retired.contains(bundle.getBundleId())
            && !isLeased(bundle)
            && leaving.add(bundle.getBundleId())) {
          free.add(bundle);
        }
      }
    }
    free.forEach(this::remove);
  }

  @Override
  public boolean isLeased(Bundle bundle) {
    synchronized (leases) {
      return leases.keySet().stream().anyMatch(wiring -> wiring.getBundle().equals(bundle));
    }
  }

  @Override
  public boolean isRetired(Bundle bundle) {
    synchronized (leases) {
      return retired.contains(bundle.getBundleId());
    }
  }

  @Override
  public void retire(Bundle bundle) {
    synchronized (leases) {
      if (bundle.getState() == Bundle.UNINSTALLED || !retired.add(bundle.getBundleId())) {
        return;
      }
      if (isLeased(bundle) || !leaving.add(bundle.getBundleId())) {
        return;
      }
    }
    remove(bundle);
  }

  private void remove(Bundle bundle) {
    try {
      bundle.uninstall();
      context
          .getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
          .adapt(FrameworkWiring.class)
          .refreshBundles(List.of(bundle));
    } catch (BundleException | IllegalStateException e) {
      // It was uninstalled by others, or the container is stopping: it goes in any case.
    }
  }

  @Override
  public void bundleChanged(BundleEvent event) {
    Bundle bundle = event.getBundle();
    if (event.getType() == BundleEvent.STOPPING) {
      BundleWiring wiring = bundle.adapt(BundleWiring.class);
      boolean leased;
      synchronized (leases) {
        leased = leases.containsKey(wiring);
      }
      if (leased) {
        loadAll(wiring);
      }
    } else if (event.getType() == BundleEvent.UNINSTALLED) {
      synchronized (leases) {
        retired.remove(bundle.getBundleId());
        leaving.remove(bundle.getBundleId());
      }
    }
  }

  /**
   * Loads all classes of a bundle, because its jar is closed when it is refreshed. One that cannot
   * be loaded, for the lack of an optional package, could not have been loaded before either.
   */
  private static void loadAll(BundleWiring wiring) {
    Collection<String> resources =
        wiring.listResources(
            "/", "*.class", BundleWiring.LISTRESOURCES_RECURSE | BundleWiring.LISTRESOURCES_LOCAL);
    ClassLoader loader = wiring.getClassLoader();
    if (resources == null || loader == null) {
      return;
    }
    for (String resource : resources) {
      String name = resource.substring(0, resource.length() - ".class".length()).replace('/', '.');
      try {
        loader.loadClass(name);
      } catch (ClassNotFoundException | LinkageError e) {
        // See above.
      }
    }
  }
}
