package org.genlab.runtime.internal.plugins;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.runtime.plugins.PluginCatalog;
import org.genlab.runtime.plugins.PluginDescriptor;
import org.genlab.store.Digests;
import org.genlab.store.UserError;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleWiring;

/**
 * The plugins that the container's resolved bundles declare in their manifests. Asks the framework
 * each time: it knows at once when a bundle comes, goes or is updated, and nothing is remembered
 * here that could keep an old revision alive.
 */
public final class OsgiCatalog implements PluginCatalog {
  private static final Pattern RECORDED = Pattern.compile("#sha256=([0-9a-f]{64})$");

  private final BundleContext context;
  private final Predicate<Bundle> hidden;
  private final Function<String, Optional<String>> signers;
  private final Map<Content, String> digests = new ConcurrentHashMap<>();

  /** A bundle's content: a new number for each installation and update. */
  private record Content(long bundle, long lastModified) {}

  public OsgiCatalog(BundleContext context) {
    this(context, bundle -> false, digest -> Optional.empty());
  }

  /**
   * @param hidden the bundles that are passed over
   * @param signers who signed the jar of a digest
   */
  public OsgiCatalog(
      BundleContext context, Predicate<Bundle> hidden, Function<String, Optional<String>> signers) {
    this.context = context;
    this.hidden = hidden;
    this.signers = signers;
  }

  @Override
  public List<PluginDescriptor> all() {
    List<PluginDescriptor> plugins = new ArrayList<>();
    for (Bundle bundle : context.getBundles()) {
      if (!hidden.test(bundle)) {
        describe(bundle, plugins);
      }
    }
    plugins.sort(ORDER);
    return List.copyOf(plugins);
  }

  /** The plugins of one bundle, in {@link #ORDER}; none when it is not resolved. */
  public List<PluginDescriptor> of(Bundle bundle) {
    List<PluginDescriptor> plugins = new ArrayList<>();
    describe(bundle, plugins);
    plugins.sort(ORDER);
    return List.copyOf(plugins);
  }

  private void describe(Bundle bundle, List<PluginDescriptor> to) {
    BundleWiring wiring = bundle.adapt(BundleWiring.class);
    if (wiring != null) {
      for (BundleCapability capability : wiring.getCapabilities(Plugin.NAMESPACE)) {
        describe(bundle, wiring, capability.getAttributes(), to);
      }
    }
  }

  private void describe(
      Bundle bundle, BundleWiring wiring, Map<String, Object> facts, List<PluginDescriptor> to) {
    String kind = text(facts, "kind");
    String id = text(facts, "id");
    String type = text(facts, "class");
    if (!Kind.ALL.contains(kind) || id.isEmpty() || type.isEmpty()) {
      return;
    }
    Content content = new Content(bundle.getBundleId(), bundle.getLastModified());
    String location = bundle.getLocation();
    to.add(
        new PluginDescriptor(
            kind,
            id,
            facts.get("version") instanceof Version v ? v : Version.emptyVersion,
            text(facts, "summary"),
            text(facts, "source"),
            type,
            wiring.getRevision().getSymbolicName(),
            wiring.getRevision().getVersion().toString(),
            () -> load(wiring, type),
            () ->
                digestIn(location)
                    .orElseGet(
                        () ->
                            digests.computeIfAbsent(
                                content, c -> sha256(location, c.lastModified()))),
            wiring,
            signers));
  }

  private static Class<?> load(BundleWiring wiring, String type) throws ClassNotFoundException {
    ClassLoader loader = wiring.getClassLoader();
    if (loader == null) {
      throw new ClassNotFoundException("its bundle was uninstalled");
    }
    return loader.loadClass(type);
  }

  /**
   * The digest of the jar that a bundle was installed from, if its location says it: whoever
   * installed the bundle took it from the bytes it gave to the framework.
   */
  static Optional<String> digestIn(String location) {
    Matcher recorded = RECORDED.matcher(location);
    return recorded.find() ? Optional.of(recorded.group(1)) : Optional.empty();
  }

  private static String text(Map<String, Object> facts, String name) {
    return facts.get(name) instanceof String text ? text : "";
  }

  /** Empty when the jar is gone or was replaced after it was installed. */
  private static String sha256(String location, long installed) {
    String plain =
        location.startsWith("reference:") ? location.substring("reference:".length()) : location;
    if (!plain.startsWith("file:")) {
      return "";
    }
    try {
      Path jar = Path.of(URI.create(plain));
      if (!Files.isRegularFile(jar) || Files.getLastModifiedTime(jar).toMillis() > installed) {
        return "";
      }
      return Digests.sha256(jar);
    } catch (IOException | IllegalArgumentException | UserError e) {
      return "";
    }
  }
}
