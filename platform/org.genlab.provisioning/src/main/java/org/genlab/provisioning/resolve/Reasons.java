package org.genlab.provisioning.resolve;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.genlab.api.Plugin;
import org.genlab.provisioning.bundles.BundleResource;
import org.osgi.framework.Version;
import org.osgi.framework.namespace.BundleNamespace;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.namespace.IdentityNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.resource.Capability;
import org.osgi.resource.Namespace;
import org.osgi.resource.Requirement;

/**
 * Finds out which requirements of a bundle nothing meets, down to the last, and puts it in words.
 */
final class Reasons {
  private static final Pattern VERSIONS =
      Pattern.compile(
          "\\(!\\([a-z-]*version(>=|<=)([^)]*)\\)\\)|\\([a-z-]*version(>=|<=|=)([^)]*)\\)");

  private static final int MOST_VERSIONS = 4;

  private final Universe universe;
  private final Set<BundleResource> platform;
  private final Map<BundleResource, Optional<Failure>> known = new HashMap<>();

  /**
   * @param universe what could meet requirements
   * @param platform the bundles in it that are called the platform
   */
  Reasons(Universe universe, List<BundleResource> platform) {
    this.universe = universe;
    this.platform = new HashSet<>(platform);
  }

  /**
   * Why a bundle cannot be used.
   *
   * @param causes at least one
   */
  record Failure(BundleResource bundle, List<Cause> causes) {}

  /**
   * A requirement that is not met.
   *
   * @param candidates what would meet it, but cannot be used either; empty when there is nothing
   */
  record Cause(Requirement requirement, List<Failure> candidates) {}

  /** Why a bundle cannot be used; empty when each of its requirements can be met. */
  Optional<Failure> failure(BundleResource bundle) {
    return failure(bundle, new LinkedHashSet<>());
  }

  private Optional<Failure> failure(BundleResource bundle, Set<BundleResource> path) {
    Optional<Failure> before = known.get(bundle);
    if (before != null) {
      return before;
    }
    // Bundles may need each other: what is on the way already is taken to be usable.
    if (platform.contains(bundle) || !path.add(bundle)) {
      return Optional.empty();
    }
    List<Cause> causes = new ArrayList<>();
    for (Requirement requirement : bundle.getRequirements(null)) {
      if (Resolution.isMandatory(requirement)) {
        cause(requirement, path).ifPresent(causes::add);
      }
    }
    path.remove(bundle);
    Optional<Failure> failure =
        causes.isEmpty() ? Optional.empty() : Optional.of(new Failure(bundle, List.copyOf(causes)));
    known.put(bundle, failure);
    return failure;
  }

  private Optional<Cause> cause(Requirement requirement, Set<BundleResource> path) {
    List<Failure> failures = new ArrayList<>();
    Set<BundleResource> seen = new HashSet<>();
    for (Capability provider : universe.providers(requirement)) {
      BundleResource bundle = Universe.bundle(provider);
      if (!seen.add(bundle)) {
        continue;
      }
      Optional<Failure> failure = failure(bundle, path);
      if (failure.isEmpty()) {
        return Optional.empty();
      }
      failures.add(failure.get());
    }
    return Optional.of(new Cause(requirement, List.copyOf(failures)));
  }

  /** {@code org.a 1.0.0 needs the package p of org.b 1.0.0, which needs ...}, without a stop. */
  String clause(Failure failure) {
    return failure.bundle() + " " + needs(failure);
  }

  private String needs(Failure failure) {
    Cause cause = failure.causes().get(0);
    String what = "needs " + words(cause.requirement());
    if (cause.candidates().isEmpty()) {
      return what + missing(cause.requirement());
    }
    Failure candidate = cause.candidates().get(0);
    boolean named =
        cause.requirement().getNamespace().equals(BundleNamespace.BUNDLE_NAMESPACE)
            || cause.requirement().getNamespace().equals(HostNamespace.HOST_NAMESPACE);
    return what + (named ? "" : " of " + candidate.bundle()) + ", which " + needs(candidate);
  }

  /** Lines that tell all that is missing, each level indented by two more spaces. */
  List<String> tree(Failure failure, String indent) {
    List<String> lines = new ArrayList<>();
    for (Cause cause : failure.causes()) {
      String what = indent + "it needs " + words(cause.requirement());
      if (cause.candidates().isEmpty()) {
        lines.add(what + missing(cause.requirement()));
      }
      for (Failure candidate : cause.candidates()) {
        lines.add(what + "; " + candidate.bundle() + " has it, but cannot be used:");
        lines.addAll(tree(candidate, indent + "  "));
      }
    }
    return lines;
  }

  /** What there is instead of what a requirement asks for. */
  private String missing(Requirement requirement) {
    if (isJava(requirement)) {
      return ", and this is Java " + Runtime.version().feature();
    }
    TreeMap<Version, TreeSet<String>> others = new TreeMap<>();
    for (Capability other : universe.candidates(requirement)) {
      // Without a name there is no saying what would be another version of the same.
      if (Universe.name(requirement) != null || samePlugin(requirement, other)) {
        others.computeIfAbsent(Universe.version(other), v -> new TreeSet<>()).add(owner(other));
      }
    }
    if (others.isEmpty()) {
      return ", which nothing offers";
    }
    List<String> versions = new ArrayList<>();
    others
        .descendingMap()
        .forEach(
            (version, owners) -> versions.add(version + " (" + String.join(", ", owners) + ")"));
    return ", and there is only version "
        + versions.stream().limit(MOST_VERSIONS).collect(Collectors.joining(", "))
        + (versions.size() > MOST_VERSIONS ? " and older ones" : "");
  }

  private String owner(Capability capability) {
    BundleResource bundle = Universe.bundle(capability);
    return platform.contains(bundle) ? "the platform" : bundle.toString();
  }

  private static boolean isJava(Requirement requirement) {
    return requirement
        .getNamespace()
        .equals(ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE);
  }

  private static boolean samePlugin(Requirement requirement, Capability capability) {
    String filter = filter(requirement);
    return requirement.getNamespace().equals(Plugin.NAMESPACE)
        && filter.contains("(id=" + capability.getAttributes().get("id") + ")")
        && (!filter.contains("(kind=")
            || filter.contains("(kind=" + capability.getAttributes().get("kind") + ")"));
  }

  private static String filter(Requirement requirement) {
    return requirement.getDirectives().getOrDefault(Namespace.REQUIREMENT_FILTER_DIRECTIVE, "");
  }

  /** {@code the package org.lib, version at least 1.0.0 and below 2.0.0}. */
  static String words(Requirement requirement) {
    String filter = filter(requirement);
    String name = Universe.name(requirement);
    String namespace = requirement.getNamespace();
    if (isJava(requirement)) {
      Matcher version = VERSIONS.matcher(filter);
      return version.find() && version.group(4) != null
          ? "Java " + plain(version.group(4))
          : filter;
    }
    if (namespace.equals(Plugin.NAMESPACE)) {
      return "the "
          + value(filter, "kind").orElse("plugin")
          + " '"
          + value(filter, "id").orElse("")
          + "'"
          + versions(filter);
    }
    String what =
        switch (namespace) {
          case PackageNamespace.PACKAGE_NAMESPACE -> "the package ";
          case BundleNamespace.BUNDLE_NAMESPACE, IdentityNamespace.IDENTITY_NAMESPACE ->
              "the bundle ";
          case HostNamespace.HOST_NAMESPACE -> "as its host the bundle ";
          default -> "the capability " + namespace + " ";
        };
    return name == null ? (what + filter).strip() : what + name + versions(filter);
  }

  private static String plain(String version) {
    // Java 17 is 17.0.0 in some filters, and 1.8 stays what it is.
    return version.replaceFirst("^([0-9]+)(\\.0)+$", "$1");
  }

  private static Optional<String> value(String filter, String attribute) {
    Matcher matcher =
        Pattern.compile("\\(" + Pattern.quote(attribute) + "=([^()]*)\\)").matcher(filter);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static String versions(String filter) {
    StringBuilder words = new StringBuilder();
    Matcher matcher = VERSIONS.matcher(filter);
    while (matcher.find()) {
      boolean negated = matcher.group(1) != null;
      String version = negated ? matcher.group(2) : matcher.group(4);
      if (version.equals("0.0.0") && !negated) {
        continue;
      }
      String relation =
          negated
              ? (matcher.group(1).equals(">=") ? "below " : "above ")
              : switch (matcher.group(3)) {
                case ">=" -> "at least ";
                case "<=" -> "at most ";
                default -> "";
              };
      words.append(words.length() == 0 ? ", version " : " and ").append(relation).append(version);
    }
    return words.toString();
  }
}
