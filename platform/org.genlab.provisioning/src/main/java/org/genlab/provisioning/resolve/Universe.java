package org.genlab.provisioning.resolve;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.genlab.provisioning.bundles.BundleResource;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.resource.Capability;
import org.osgi.resource.Namespace;
import org.osgi.resource.Requirement;
import org.osgi.resource.Resource;

/**
 * The bundles among which a resolution chooses. What is there already is preferred to what would
 * have to be installed, then the higher version.
 */
final class Universe {
  /** The condition of a filter on the attribute that is called like the namespace. */
  private static final Map<String, Pattern> MAIN = new HashMap<>();

  private final Map<BundleResource, Integer> ranks = new HashMap<>();
  private final Map<String, List<Capability>> byName = new HashMap<>();
  private final Comparator<Capability> preference =
      Comparator.comparingInt((Capability c) -> isPresent(c.getResource()) ? 0 : 1)
          .thenComparing(Universe::version, Comparator.reverseOrder())
          .thenComparing(c -> bundle(c).version(), Comparator.reverseOrder())
          .thenComparingInt(c -> ranks.getOrDefault(bundle(c), Integer.MAX_VALUE));
  private final int present;

  /**
   * @param present the platform and what is installed, in the order of preference
   * @param available what could be installed
   */
  Universe(Collection<BundleResource> present, Collection<BundleResource> available) {
    this.present = present.size();
    present.forEach(this::add);
    available.forEach(this::add);
  }

  private void add(BundleResource bundle) {
    ranks.put(bundle, ranks.size());
    for (Capability capability : bundle.getCapabilities(null)) {
      String namespace = capability.getNamespace();
      byName.computeIfAbsent(namespace, n -> new ArrayList<>()).add(capability);
      if (capability.getAttributes().get(namespace) instanceof String name) {
        byName.computeIfAbsent(namespace + " " + name, n -> new ArrayList<>()).add(capability);
      }
    }
  }

  /** The same without some bundles. */
  Universe without(Predicate<BundleResource> left) {
    List<BundleResource> all =
        ranks.entrySet().stream()
            .sorted(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey)
            .toList();
    return new Universe(
        all.stream().limit(present).filter(left.negate()).toList(),
        all.stream().skip(present).filter(left.negate()).toList());
  }

  /** Whether a bundle is there already. */
  boolean isPresent(Resource resource) {
    Integer rank = resource instanceof BundleResource bundle ? ranks.get(bundle) : null;
    return rank != null && rank < present;
  }

  boolean contains(BundleResource bundle) {
    return ranks.containsKey(bundle);
  }

  Collection<BundleResource> bundles() {
    return ranks.keySet();
  }

  Comparator<Capability> preference() {
    return preference;
  }

  /** What meets a requirement, the preferred first. */
  List<Capability> providers(Requirement requirement) {
    List<Capability> providers = new ArrayList<>();
    for (Capability capability : candidates(requirement)) {
      if (BundleResource.matches(requirement, capability)) {
        providers.add(capability);
      }
    }
    providers.sort(preference);
    return providers;
  }

  /** What has the name that a requirement asks for, in any version. */
  List<Capability> candidates(Requirement requirement) {
    String name = name(requirement);
    String namespace = requirement.getNamespace();
    return byName.getOrDefault(name == null ? namespace : namespace + " " + name, List.of());
  }

  /** The name that a requirement asks for, or null when its filter does not say just one. */
  static String name(Requirement requirement) {
    String filter = requirement.getDirectives().get(Namespace.REQUIREMENT_FILTER_DIRECTIVE);
    if (filter == null
        || filter.contains("(|")
        || filter.contains("(!(" + requirement.getNamespace())) {
      return null;
    }
    Pattern main;
    synchronized (MAIN) {
      main =
          MAIN.computeIfAbsent(
              requirement.getNamespace(),
              n -> Pattern.compile("\\(" + Pattern.quote(n) + "=([^()*\\\\]+)\\)"));
    }
    Matcher matcher = main.matcher(filter);
    return matcher.find() ? matcher.group(1) : null;
  }

  /** The version of a capability, whatever its namespace calls it. */
  static Version version(Capability capability) {
    Map<String, Object> attributes = capability.getAttributes();
    Object version =
        attributes.getOrDefault(
            Constants.VERSION_ATTRIBUTE, attributes.get(Constants.BUNDLE_VERSION_ATTRIBUTE));
    return version instanceof Version known ? known : Version.emptyVersion;
  }

  static BundleResource bundle(Capability capability) {
    // Fragments offer through their hosts, which the resolver wraps.
    return capability.getResource() instanceof BundleResource bundle ? bundle : NONE;
  }

  private static final BundleResource NONE =
      new BundleResource.Builder("none", Version.emptyVersion).build();
}
