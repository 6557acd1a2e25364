package org.genlab.provisioning.bundles;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.genlab.api.Plugin;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.Version;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.namespace.IdentityNamespace;
import org.osgi.resource.Capability;
import org.osgi.resource.Namespace;
import org.osgi.resource.Requirement;
import org.osgi.resource.Resource;

/**
 * A bundle as the resolver sees it: what it offers and what it needs. Immutable; two resources are
 * equal only when they are the same object, because equal bundles can come from different places.
 */
public final class BundleResource implements Resource {
  /** By name, then the newest version first. */
  public static final Comparator<BundleResource> ORDER =
      Comparator.comparing(BundleResource::symbolicName)
          .thenComparing(BundleResource::version, Comparator.reverseOrder());

  private final String symbolicName;
  private final Version version;
  private final boolean singleton;
  private final List<Capability> capabilities;
  private final List<Requirement> requirements;
  private final Map<String, List<Capability>> capabilitiesOf = new LinkedHashMap<>();
  private final Map<String, List<Requirement>> requirementsOf = new LinkedHashMap<>();

  private BundleResource(Builder builder) {
    symbolicName = builder.symbolicName;
    version = builder.version;
    List<Capability> offered = new ArrayList<>();
    for (Clause clause : builder.capabilities) {
      Offer offer = new Offer(this, clause);
      offered.add(offer);
      capabilitiesOf.computeIfAbsent(clause.namespace(), n -> new ArrayList<>()).add(offer);
    }
    List<Requirement> needed = new ArrayList<>();
    for (Clause clause : builder.requirements) {
      Need need = new Need(this, clause);
      needed.add(need);
      requirementsOf.computeIfAbsent(clause.namespace(), n -> new ArrayList<>()).add(need);
    }
    capabilities = List.copyOf(offered);
    requirements = List.copyOf(needed);
    capabilitiesOf.replaceAll((n, list) -> List.copyOf(list));
    requirementsOf.replaceAll((n, list) -> List.copyOf(list));
    singleton =
        getCapabilities(IdentityNamespace.IDENTITY_NAMESPACE).stream()
            .anyMatch(
                c ->
                    "true"
                        .equals(
                            c.getDirectives()
                                .get(IdentityNamespace.CAPABILITY_SINGLETON_DIRECTIVE)));
  }

  /**
   * A capability or a requirement.
   *
   * @param attributes of type String, Version, Long, Double, or lists of them
   */
  public record Clause(
      String namespace, Map<String, String> directives, Map<String, Object> attributes) {
    /** Copies the maps, in the order of their keys. */
    public Clause {
      directives = java.util.Collections.unmodifiableMap(new TreeMap<>(directives));
      attributes = java.util.Collections.unmodifiableMap(new TreeMap<>(attributes));
    }
  }

  /** Collects what a bundle offers and needs. */
  public static final class Builder {
    private final String symbolicName;
    private final Version version;
    private final List<Clause> capabilities = new ArrayList<>();
    private final List<Clause> requirements = new ArrayList<>();

    public Builder(String symbolicName, Version version) {
      this.symbolicName = symbolicName;
      this.version = version;
    }

    /** Adds something that the bundle offers. */
    public Builder offers(Clause capability) {
      capabilities.add(capability);
      return this;
    }

    /**
     * Adds something that the bundle needs.
     *
     * @throws IllegalArgumentException when the filter is malformed
     */
    public Builder needs(Clause requirement) {
      filter(requirement.directives().get(Namespace.REQUIREMENT_FILTER_DIRECTIVE));
      requirements.add(requirement);
      return this;
    }

    public BundleResource build() {
      return new BundleResource(this);
    }
  }

  public String symbolicName() {
    return symbolicName;
  }

  public Version version() {
    return version;
  }

  /** Whether only one version of this bundle can be active. */
  public boolean isSingleton() {
    return singleton;
  }

  /** Whether this is a fragment, which becomes part of another bundle. */
  public boolean isFragment() {
    return requirementsOf.containsKey(HostNamespace.HOST_NAMESPACE);
  }

  /** The plugins in this bundle. */
  public List<PluginFacts> plugins() {
    return getCapabilities(Plugin.NAMESPACE).stream()
        .map(PluginFacts::of)
        .flatMap(Optional::stream)
        .toList();
  }

  /** The SHA-256 that an index gives for the bundle's file, hexadecimal. */
  public Optional<Content> content() {
    return getCapabilities(Content.NAMESPACE).stream().findFirst().flatMap(Content::of);
  }

  /** Whether this and another resource have the same name and version. */
  public boolean sameIdentity(BundleResource other) {
    return symbolicName.equals(other.symbolicName) && version.equals(other.version);
  }

  @Override
  public List<Capability> getCapabilities(String namespace) {
    return namespace == null ? capabilities : capabilitiesOf.getOrDefault(namespace, List.of());
  }

  @Override
  public List<Requirement> getRequirements(String namespace) {
    return namespace == null ? requirements : requirementsOf.getOrDefault(namespace, List.of());
  }

  /** {@code org.example.sam 1.2.0}. */
  @Override
  public String toString() {
    return symbolicName + " " + version;
  }

  /** Whether a capability meets a requirement. */
  public static boolean matches(Requirement requirement, Capability capability) {
    if (!requirement.getNamespace().equals(capability.getNamespace())) {
      return false;
    }
    String text = requirement.getDirectives().get(Namespace.REQUIREMENT_FILTER_DIRECTIVE);
    Filter filter = requirement instanceof Need need ? need.filter : filter(text);
    if (filter != null && !filter.matches(capability.getAttributes())) {
      return false;
    }
    String mandatory = capability.getDirectives().get(Constants.MANDATORY_DIRECTIVE);
    if (mandatory != null) {
      for (String attribute : mandatory.split(",", -1)) {
        if (text == null || !text.contains("(" + attribute.strip() + "=")) {
          return false;
        }
      }
    }
    return true;
  }

  private static Filter filter(String text) {
    try {
      return text == null ? null : FrameworkUtil.createFilter(text);
    } catch (InvalidSyntaxException e) {
      throw new IllegalArgumentException("the filter '" + text + "' is malformed", e);
    }
  }

  private static final class Offer implements Capability {
    private final BundleResource resource;
    private final Clause clause;

    Offer(BundleResource resource, Clause clause) {
      this.resource = resource;
      this.clause = clause;
    }

    @Override
    public String getNamespace() {
      return clause.namespace();
    }

    @Override
    public Map<String, String> getDirectives() {
      return clause.directives();
    }

    @Override
    public Map<String, Object> getAttributes() {
      return clause.attributes();
    }

    @Override
    public Resource getResource() {
      return resource;
    }

    @Override
    public String toString() {
      return clause.namespace() + clause.attributes();
    }
  }

  private static final class Need implements Requirement {
    private final BundleResource resource;
    private final Clause clause;
    private final Filter filter;

    Need(BundleResource resource, Clause clause) {
      this.resource = resource;
      this.clause = clause;
      filter = filter(clause.directives().get(Namespace.REQUIREMENT_FILTER_DIRECTIVE));
    }

    @Override
    public String getNamespace() {
      return clause.namespace();
    }

    @Override
    public Map<String, String> getDirectives() {
      return clause.directives();
    }

    @Override
    public Map<String, Object> getAttributes() {
      return clause.attributes();
    }

    @Override
    public Resource getResource() {
      return resource;
    }

    @Override
    public String toString() {
      return clause.namespace() + clause.directives();
    }
  }
}
