package org.genlab.provisioning.bundles;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.genlab.provisioning.bundles.BundleResource.Clause;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.osgi.framework.namespace.BundleNamespace;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.namespace.IdentityNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.resource.Capability;
import org.osgi.resource.Namespace;
import org.osgi.resource.Requirement;

/** Translates the headers of a manifest into capabilities and requirements (OSGi Core, 3 and 8). */
public final class ManifestReader {
  /** What names a bundle: it becomes part of the name of a file, so nothing else is let through. */
  private static final Pattern SYMBOLIC_NAME =
      Pattern.compile("[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*");

  private static final int LONGEST_NAME = 150;

  private static final Pattern LEGACY_ENVIRONMENT =
      Pattern.compile("(?:J2SE|JavaSE)-([0-9]+(?:\\.[0-9]+)?)");

  private final UnaryOperator<String> headers;
  private final BundleResource.Builder builder;
  private final String name;
  private final Version version;

  private ManifestReader(UnaryOperator<String> headers) {
    this.headers = headers;
    List<Headers.Clause> names = Headers.parse(headers.apply(Constants.BUNDLE_SYMBOLICNAME));
    if (names.isEmpty() || !"2".equals(strip(headers.apply(Constants.BUNDLE_MANIFESTVERSION)))) {
      throw new IllegalArgumentException(
          "its manifest has no Bundle-SymbolicName and Bundle-ManifestVersion: 2, so it is an"
              + " ordinary jar and no bundle");
    }
    name = names.get(0).names().get(0);
    if (!isSymbolicName(name)) {
      throw new IllegalArgumentException("'" + name + "' is no symbolic name of a bundle");
    }
    version = Version.parseVersion(headers.apply(Constants.BUNDLE_VERSION));
    builder = new BundleResource.Builder(name, version);
    identity(names.get(0));
  }

  /** Whether a text can name a bundle. */
  public static boolean isSymbolicName(String text) {
    return text.length() <= LONGEST_NAME && SYMBOLIC_NAME.matcher(text).matches();
  }

  /**
   * Reads a manifest.
   *
   * @param headers gives the value of a header, or null when there is none of that name
   * @param content where the file is, or null
   * @throws IllegalArgumentException when it is not that of a bundle, or malformed
   */
  public static BundleResource read(UnaryOperator<String> headers, Content content) {
    ManifestReader reader = new ManifestReader(headers);
    if (content != null) {
      reader.builder.offers(content.clause());
    }
    reader.exports();
    reader.capabilities();
    reader.imports();
    reader.bundles();
    reader.requirements();
    reader.environment();
    return reader.builder.build();
  }

  /** The resource of a bundle that is installed in a framework. */
  public static BundleResource of(BundleRevision revision) {
    BundleResource.Builder builder =
        new BundleResource.Builder(revision.getSymbolicName(), revision.getVersion());
    for (Capability capability : revision.getCapabilities(null)) {
      builder.offers(
          new Clause(
              capability.getNamespace(), capability.getDirectives(), capability.getAttributes()));
    }
    for (Requirement requirement : revision.getRequirements(null)) {
      builder.needs(new Clause(requirement.getNamespace(), requirement.getDirectives(), Map.of()));
    }
    return builder.build();
  }

  private static String strip(String text) {
    return text == null ? "" : text.strip();
  }

  private void identity(Headers.Clause clause) {
    boolean fragment = headers.apply(Constants.FRAGMENT_HOST) != null;
    Map<String, String> directives = new HashMap<>();
    if ("true".equals(clause.directives().get(Constants.SINGLETON_DIRECTIVE))) {
      directives.put(IdentityNamespace.CAPABILITY_SINGLETON_DIRECTIVE, "true");
    }
    Map<String, Object> attributes = new HashMap<>();
    attributes.put(IdentityNamespace.IDENTITY_NAMESPACE, name);
    attributes.put(IdentityNamespace.CAPABILITY_VERSION_ATTRIBUTE, version);
    attributes.put(
        IdentityNamespace.CAPABILITY_TYPE_ATTRIBUTE,
        fragment ? IdentityNamespace.TYPE_FRAGMENT : IdentityNamespace.TYPE_BUNDLE);
    describe(Constants.BUNDLE_LICENSE, IdentityNamespace.CAPABILITY_LICENSE_ATTRIBUTE, attributes);
    describe(
        Constants.BUNDLE_DESCRIPTION,
        IdentityNamespace.CAPABILITY_DESCRIPTION_ATTRIBUTE,
        attributes);
    builder.offers(new Clause(IdentityNamespace.IDENTITY_NAMESPACE, directives, attributes));
    if (fragment) {
      return;
    }
    Map<String, Object> bundle =
        Map.of(BundleNamespace.BUNDLE_NAMESPACE, name, Constants.BUNDLE_VERSION_ATTRIBUTE, version);
    builder.offers(new Clause(BundleNamespace.BUNDLE_NAMESPACE, directives, bundle));
    if (!"never".equals(clause.directives().get(Constants.FRAGMENT_ATTACHMENT_DIRECTIVE))) {
      builder.offers(
          new Clause(
              HostNamespace.HOST_NAMESPACE,
              directives,
              Map.of(
                  HostNamespace.HOST_NAMESPACE,
                  name,
                  Constants.BUNDLE_VERSION_ATTRIBUTE,
                  version)));
    }
  }

  private void describe(String header, String attribute, Map<String, Object> attributes) {
    String text = headers.apply(header);
    if (text != null && !text.isBlank()) {
      attributes.put(attribute, text.strip());
    }
  }

  private void exports() {
    for (Headers.Clause clause : Headers.parse(headers.apply(Constants.EXPORT_PACKAGE))) {
      Map<String, Object> attributes = new LinkedHashMap<>(clause.attributes());
      attributes.remove("specification-version");
      attributes.put(
          Constants.VERSION_ATTRIBUTE,
          Version.parseVersion(clause.attribute(Constants.VERSION_ATTRIBUTE, "0")));
      attributes.put(Constants.BUNDLE_SYMBOLICNAME_ATTRIBUTE, name);
      attributes.put(Constants.BUNDLE_VERSION_ATTRIBUTE, version);
      for (String exported : clause.names()) {
        attributes.put(PackageNamespace.PACKAGE_NAMESPACE, exported);
        builder.offers(
            new Clause(PackageNamespace.PACKAGE_NAMESPACE, clause.directives(), attributes));
      }
    }
  }

  private void capabilities() {
    for (Headers.Clause clause : Headers.parse(headers.apply(Constants.PROVIDE_CAPABILITY))) {
      for (String namespace : clause.names()) {
        builder.offers(new Clause(namespace, clause.directives(), clause.attributes()));
      }
    }
  }

  private void imports() {
    for (Headers.Clause clause : Headers.parse(headers.apply(Constants.IMPORT_PACKAGE))) {
      for (String imported : clause.names()) {
        need(PackageNamespace.PACKAGE_NAMESPACE, imported, clause);
      }
    }
  }

  private void bundles() {
    for (Headers.Clause clause : Headers.parse(headers.apply(Constants.REQUIRE_BUNDLE))) {
      for (String required : clause.names()) {
        need(BundleNamespace.BUNDLE_NAMESPACE, required, clause);
      }
    }
    for (Headers.Clause clause : Headers.parse(headers.apply(Constants.FRAGMENT_HOST))) {
      need(HostNamespace.HOST_NAMESPACE, clause.names().get(0), clause);
    }
  }

  private void requirements() {
    for (Headers.Clause clause : Headers.parse(headers.apply(Constants.REQUIRE_CAPABILITY))) {
      for (String namespace : clause.names()) {
        builder.needs(new Clause(namespace, clause.directives(), clause.attributes()));
      }
    }
  }

  /** The header of bundles from before there were capabilities. */
  @SuppressWarnings("deprecation") // Old bundles have it still.
  private void environment() {
    String header = headers.apply(Constants.BUNDLE_REQUIREDEXECUTIONENVIRONMENT);
    Matcher matcher = LEGACY_ENVIRONMENT.matcher(strip(header));
    if (matcher.find()) {
      builder.needs(
          new Clause(
              ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE,
              Map.of(
                  Namespace.REQUIREMENT_FILTER_DIRECTIVE,
                  "(&(osgi.ee=JavaSE)(version=" + Version.parseVersion(matcher.group(1)) + "))"),
              Map.of()));
    }
  }

  /** A requirement by name, with the ranges and further attributes of its clause as the filter. */
  private void need(String namespace, String what, Headers.Clause clause) {
    StringBuilder filter = new StringBuilder("(" + namespace + "=" + escape(what) + ")");
    int terms = 1;
    for (Map.Entry<String, Object> attribute : clause.attributes().entrySet()) {
      String key =
          attribute.getKey().equals("specification-version")
              ? Constants.VERSION_ATTRIBUTE
              : attribute.getKey();
      String value = String.valueOf(attribute.getValue());
      if (key.equals(Constants.VERSION_ATTRIBUTE)
          || key.equals(Constants.BUNDLE_VERSION_ATTRIBUTE)) {
        filter.append(inside(new VersionRange(value).toFilterString(key)));
      } else {
        filter.append("(" + key + "=" + escape(value) + ")");
      }
      terms++;
    }
    Map<String, String> directives = new HashMap<>(clause.directives());
    directives.put(
        Namespace.REQUIREMENT_FILTER_DIRECTIVE,
        terms == 1 ? filter.toString() : "(&" + filter + ")");
    builder.needs(new Clause(namespace, directives, Map.of()));
  }

  /** The terms of a conjunction, so that filters read as bnd writes them. */
  private static String inside(String filter) {
    return filter.startsWith("(&") ? filter.substring(2, filter.length() - 1) : filter;
  }

  private static String escape(String value) {
    return value.replaceAll("[\\\\*()]", "\\\\$0");
  }
}
