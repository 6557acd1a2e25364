package org.genlab.provisioning.resolve;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.provisioning.bundles.BundleResource;
import org.genlab.provisioning.bundles.BundleResource.Clause;
import org.genlab.provisioning.bundles.PluginFacts;
import org.genlab.runtime.config.Location;
import org.genlab.runtime.config.Nearest;
import org.genlab.runtime.plugins.PluginReference;
import org.genlab.store.UserError;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.osgi.framework.namespace.IdentityNamespace;
import org.osgi.resource.Namespace;

/**
 * What a user names on the command line: a plugin, as {@code sam}, {@code optimizer=sam} or {@code
 * sam@[1,2)}; or a bundle, as {@code org.example.sam@1}, whose name has a dot.
 *
 * @param kind of the plugin; empty when any will do, or a bundle is meant
 * @param name id of the plugin, or symbolic name of the bundle
 * @param versions those of the plugin, or of the bundle, that will do
 * @param isBundle whether a bundle is meant
 */
public record Wanted(Optional<String> kind, String name, VersionRange versions, boolean isBundle) {
  private static final Pattern FORM = Pattern.compile("(?:([a-z]+)=)?([^@=]+)(@.*)?");
  private static final VersionRange ANY = new VersionRange("0");

  /**
   * Reads what the user wrote.
   *
   * @throws UserError when it is malformed
   */
  public static Wanted parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw malformed(text);
    }
    Optional<String> kind = Optional.ofNullable(form.group(1));
    if (kind.isPresent() && !Kind.ALL.contains(kind.get())) {
      String hint = Nearest.hint(kind.get(), Kind.ALL);
      throw new UserError(
          "there is no kind of plugin '"
              + kind.get()
              + "'"
              + (hint.isEmpty() ? "; there is " + String.join(", ", Kind.ALL) + "." : hint));
    }
    String name = form.group(2);
    String suffix = form.group(3) == null ? "" : form.group(3);
    if (name.indexOf('.') >= 0 && kind.isEmpty()) {
      if (!name.matches("[A-Za-z0-9_.-]+")) {
        throw malformed(text);
      }
      return new Wanted(
          kind, name, PluginReference.parse("x" + suffix, Location.of(text)).versions(), true);
    }
    PluginReference reference = PluginReference.parse(name + suffix, Location.of(text));
    return new Wanted(kind, reference.id(), reference.versions(), false);
  }

  private static UserError malformed(String text) {
    return new UserError(
        "'"
            + text
            + "' names no plugin; write sam, optimizer=sam, sam@[1,2), or the name of a bundle.");
  }

  /** Exactly one version of a bundle. */
  public static Wanted exactly(BundleResource bundle) {
    Version version = bundle.version();
    return new Wanted(
        Optional.empty(),
        bundle.symbolicName(),
        new VersionRange(VersionRange.LEFT_CLOSED, version, version, VersionRange.RIGHT_CLOSED),
        true);
  }

  /** Whether any version will do. */
  public boolean anyVersion() {
    return versions.equals(ANY);
  }

  /** The same, in any version. */
  public Wanted inAnyVersion() {
    return new Wanted(kind, name, ANY, isBundle);
  }

  /** The requirement that stands for this to the resolver. */
  Clause requirement() {
    StringBuilder filter = new StringBuilder("(&");
    kind.ifPresent(k -> filter.append("(kind=").append(k).append(")"));
    filter
        .append("(")
        .append(isBundle ? IdentityNamespace.IDENTITY_NAMESPACE : "id")
        .append("=")
        .append(name)
        .append(")")
        .append(versions.toFilterString("version"))
        .append(")");
    return new Clause(
        isBundle ? IdentityNamespace.IDENTITY_NAMESPACE : Plugin.NAMESPACE,
        Map.of(Namespace.REQUIREMENT_FILTER_DIRECTIVE, filter.toString()),
        Map.of());
  }

  /** The plugins of a bundle that are meant; none when a bundle is meant. */
  public List<PluginFacts> plugins(BundleResource bundle) {
    return isBundle
        ? List.of()
        : bundle.plugins().stream()
            .filter(p -> p.id().equals(name) && kind.map(p.kind()::equals).orElse(true))
            .filter(p -> versions.includes(p.version()))
            .toList();
  }

  /** Whether a bundle is, or has, what is meant. */
  public boolean isMetBy(BundleResource bundle) {
    return isBundle
        ? bundle.symbolicName().equals(name) && versions.includes(bundle.version())
        : !plugins(bundle).isEmpty();
  }

  /** The version of what is meant in a bundle that has it; the highest when it has several. */
  Version versionIn(BundleResource bundle) {
    return isBundle
        ? bundle.version()
        : plugins(bundle).stream()
            .map(PluginFacts::version)
            .max(Version::compareTo)
            .orElse(Version.emptyVersion);
  }

  /** {@code optimizer 'sam'}, {@code plugin 'sam'} or {@code bundle org.example.sam}. */
  public String words() {
    return isBundle ? "bundle " + name : kind.orElse("plugin") + " '" + name + "'";
  }

  /** As on the command line. */
  @Override
  public String toString() {
    String range = versions.toString();
    return kind.map(k -> k + "=").orElse("") + name + (anyVersion() ? "" : "@" + range);
  }
}
