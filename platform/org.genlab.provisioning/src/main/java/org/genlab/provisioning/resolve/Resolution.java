package org.genlab.provisioning.resolve;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.genlab.provisioning.bundles.BundleResource;
import org.osgi.framework.Version;
import org.osgi.resource.Capability;
import org.osgi.resource.Namespace;
import org.osgi.resource.Requirement;
import org.osgi.resource.Resource;
import org.osgi.resource.Wire;
import org.osgi.resource.Wiring;
import org.osgi.service.resolver.HostedCapability;
import org.osgi.service.resolver.ResolutionException;
import org.osgi.service.resolver.ResolveContext;
import org.osgi.service.resolver.Resolver;

/**
 * A consistent choice of bundles and how they would be wired, as the container's own resolver finds
 * it: everything is resolved from the beginning, as at a start.
 */
final class Resolution {
  private final Map<BundleResource, Set<BundleResource>> uses = new HashMap<>();

  private Resolution(Map<Resource, List<Wire>> wires) {
    wires.forEach(
        (resource, its) -> {
          Set<BundleResource> providers = new LinkedHashSet<>();
          for (Wire wire : its) {
            if (wire.getProvider() instanceof BundleResource provider) {
              providers.add(provider);
            }
          }
          if (resource instanceof BundleResource bundle) {
            uses.put(bundle, providers);
          }
        });
  }

  /**
   * Resolves.
   *
   * @param mandatory what must be part of it
   * @param optional what may be
   * @param wanted what somebody must offer
   * @throws ResolutionException when there is no consistent choice
   */
  static Resolution of(
      Resolver resolver,
      Universe universe,
      Collection<BundleResource> mandatory,
      Collection<BundleResource> optional,
      Collection<Wanted> wanted)
      throws ResolutionException {
    BundleResource.Builder request =
        new BundleResource.Builder("the-request", Version.emptyVersion);
    wanted.forEach(w -> request.needs(w.requirement()));
    BundleResource asking = request.build();
    List<Resource> all = new ArrayList<>(mandatory);
    all.add(asking);
    Resolution resolution =
        new Resolution(resolver.resolve(new Context(universe, all, List.copyOf(optional))));
    resolution.uses.remove(asking);
    return resolution;
  }

  /** All bundles of the choice. */
  Set<BundleResource> bundles() {
    return Collections.unmodifiableSet(uses.keySet());
  }

  /** The bundles that one is wired to. */
  Set<BundleResource> providersOf(BundleResource bundle) {
    return uses.getOrDefault(bundle, Set.of());
  }

  /** The bundles that are wired to one. */
  List<BundleResource> usersOf(BundleResource bundle) {
    return uses.entrySet().stream()
        .filter(e -> e.getValue().contains(bundle) && e.getKey() != bundle)
        .map(Map.Entry::getKey)
        .sorted(BundleResource.ORDER)
        .toList();
  }

  /** These bundles and all that would be wired anew when they go: their users, and theirs. */
  Set<BundleResource> closure(Collection<BundleResource> bundles) {
    Set<BundleResource> closure = new LinkedHashSet<>();
    List<BundleResource> open = new ArrayList<>(bundles);
    while (!open.isEmpty()) {
      BundleResource next = open.remove(open.size() - 1);
      if (closure.add(next)) {
        open.addAll(usersOf(next));
        if (next.isFragment()) {
          open.addAll(providersOf(next));
        }
      }
    }
    return closure;
  }

  /** Whether a requirement counts when bundles are resolved. */
  static boolean isMandatory(Requirement requirement) {
    Map<String, String> directives = requirement.getDirectives();
    String effective = directives.get(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE);
    String resolution = directives.get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE);
    return (effective == null || effective.equals(Namespace.EFFECTIVE_RESOLVE))
        && (resolution == null || resolution.equals(Namespace.RESOLUTION_MANDATORY));
  }

  private static boolean isOptional(Requirement requirement) {
    return Namespace.RESOLUTION_OPTIONAL.equals(
        requirement.getDirectives().get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE));
  }

  private static final class Context extends ResolveContext {
    private final Universe universe;
    private final List<Resource> mandatory;
    private final List<Resource> optional;

    Context(Universe universe, List<Resource> mandatory, List<Resource> optional) {
      this.universe = universe;
      this.mandatory = mandatory;
      this.optional = optional;
    }

    @Override
    public Collection<Resource> getMandatoryResources() {
      return mandatory;
    }

    @Override
    public Collection<Resource> getOptionalResources() {
      return optional;
    }

    @Override
    public List<Capability> findProviders(Requirement requirement) {
      List<Capability> providers = universe.providers(requirement);
      if (isOptional(requirement)) {
        // What is optional is used when it is there, but nothing is fetched for it.
        providers.removeIf(c -> !universe.isPresent(c.getResource()));
      }
      return providers;
    }

    @Override
    public int insertHostedCapability(List<Capability> sorted, HostedCapability hosted) {
      int at = 0;
      while (at < sorted.size()
          && universe.preference().compare(sorted.get(at), hosted.getDeclaredCapability()) <= 0) {
        at++;
      }
      sorted.add(at, hosted);
      return at;
    }

    @Override
    public boolean isEffective(Requirement requirement) {
      String effective = requirement.getDirectives().get(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE);
      String resolution =
          requirement.getDirectives().get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE);
      return (effective == null || effective.equals(Namespace.EFFECTIVE_RESOLVE))
          && !"dynamic".equals(resolution);
    }

    @Override
    public Map<Resource, Wiring> getWirings() {
      return Map.of();
    }
  }
}
