package org.genlab.launcher.diagnosis;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.BundleNamespace;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/** Finds out why a bundle cannot be used, in words for whoever installed it. */
public final class Diagnosis {
  private static final Pattern VERSION =
      Pattern.compile("\\(!\\([a-z-]*version>=([^)]*)\\)\\)|\\([a-z-]*version(>=|<=|=)([^)]*)\\)");

  private final List<BundleRevision> revisions = new ArrayList<>();

  public Diagnosis(Bundle[] bundles) {
    for (Bundle bundle : bundles) {
      BundleRevision revision = bundle.adapt(BundleRevision.class);
      if (revision != null) {
        revisions.add(revision);
      }
    }
  }

  /** One sentence: which bundle, and which of its requirements nobody meets. */
  public String sentence(Bundle bundle) {
    List<String> reasons = new ArrayList<>();
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    if (revision != null && bundle.getState() == Bundle.INSTALLED) {
      for (BundleRequirement requirement : revision.getDeclaredRequirements(null)) {
        reason(requirement, revision, reasons);
      }
    }
    if (reasons.isEmpty()) {
      reasons.add(startFailure(bundle));
    }
    return String.format(
        "the bundle %s %s (%s) cannot be used: %s.",
        bundle.getSymbolicName(),
        bundle.getVersion(),
        fileName(bundle.getLocation()),
        String.join("; ", reasons));
  }

  private void reason(BundleRequirement requirement, BundleRevision self, List<String> reasons) {
    if (Constants.RESOLUTION_OPTIONAL.equals(
            requirement.getDirectives().get(Constants.RESOLUTION_DIRECTIVE))
        || "dynamic".equals(requirement.getDirectives().get(Constants.RESOLUTION_DIRECTIVE))) {
      return;
    }
    List<BundleRevision> unresolved = new ArrayList<>();
    TreeSet<String> otherVersions = new TreeSet<>();
    for (BundleRevision revision : revisions) {
      for (BundleCapability capability :
          revision.getDeclaredCapabilities(requirement.getNamespace())) {
        if (!requirement.matches(capability)) {
          if (Objects.equals(
              name(requirement), capability.getAttributes().get(requirement.getNamespace()))) {
            otherVersions.add(String.valueOf(capability.getAttributes().get("version")));
          }
        } else if (revision.getWiring() != null || revision == self) {
          return;
        } else {
          unresolved.add(revision);
        }
      }
    }
    String need = "it needs " + words(requirement);
    if (!unresolved.isEmpty()) {
      reasons.add(
          need + " of " + unresolved.get(0).getSymbolicName() + ", which cannot be used either");
    } else if (requirement
        .getNamespace()
        .equals(ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE)) {
      reasons.add(need + ", and this is Java " + Runtime.version().feature());
    } else if (!otherVersions.isEmpty()) {
      reasons.add(need + ", and there is only version " + String.join(", ", otherVersions));
    } else {
      reasons.add(need + ", which no installed bundle provides");
    }
  }

  private static String words(BundleRequirement requirement) {
    String filter = String.valueOf(requirement.getDirectives().get(Constants.FILTER_DIRECTIVE));
    String name = name(requirement);
    String what =
        switch (requirement.getNamespace()) {
          case PackageNamespace.PACKAGE_NAMESPACE -> "the package ";
          case BundleNamespace.BUNDLE_NAMESPACE -> "the bundle ";
          case ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE ->
              "the Java platform ";
          default -> "the capability " + requirement.getNamespace() + " ";
        };
    return name == null ? what + filter : what + name + versions(filter);
  }

  /** The name that a requirement's filter asks for, or null when it asks for something else. */
  private static String name(BundleRequirement requirement) {
    String filter = requirement.getDirectives().get(Constants.FILTER_DIRECTIVE);
    if (filter == null) {
      return null;
    }
    Matcher matcher =
        Pattern.compile("\\(" + Pattern.quote(requirement.getNamespace()) + "=([^)]*)\\)")
            .matcher(filter);
    return matcher.find() ? matcher.group(1) : null;
  }

  private static String versions(String filter) {
    StringBuilder words = new StringBuilder();
    Matcher matcher = VERSION.matcher(filter);
    while (matcher.find()) {
      words
          .append(words.length() == 0 ? ", version " : " and ")
          .append(
              matcher.group(1) != null
                  ? "below " + matcher.group(1)
                  : relation(matcher.group(2)) + matcher.group(3));
    }
    return words.toString();
  }

  private static String relation(String operator) {
    return switch (operator) {
      case ">=" -> "at least ";
      case "<=" -> "at most ";
      default -> "";
    };
  }

  /** Starts the bundle once more, to be told why it does not. */
  private static String startFailure(Bundle bundle) {
    try {
      bundle.start();
      return "it did not start at its start level";
    } catch (BundleException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      String message = String.valueOf(cause.getMessage()).strip();
      return cause == e ? message : cause.getClass().getSimpleName() + ": " + message;
    }
  }

  private static String fileName(String location) {
    String file = location.replaceFirst("[?#].*", "");
    return file.toLowerCase(Locale.ROOT).startsWith("file:")
        ? String.valueOf(Path.of(URI.create(file)).getFileName())
        : file;
  }
}
