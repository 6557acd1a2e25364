package org.genlab.runtime.plugins;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.genlab.runtime.config.Location;
import org.genlab.store.UserError;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;

/**
 * How an experiment names a plugin: {@code sam} takes the highest version there is; {@code sam@1}
 * and {@code sam@1.2} the highest that begins with these numbers, that is in [1,2) and [1.2,1.3);
 * {@code sam@1.2.3} exactly that one; {@code sam@[1,2)} the highest in an interval, written as in
 * OSGi.
 *
 * @param id the plugin's id
 * @param versions those that will do
 */
public record PluginReference(String id, VersionRange versions) {
  private static final VersionRange ANY = new VersionRange("0");
  private static final Pattern FORM = Pattern.compile("([a-z0-9][a-z0-9-]*)(?:@(.*))?");
  private static final Pattern NUMBERS =
      Pattern.compile("([0-9]{1,9})(?:\\.([0-9]{1,9})(?:\\.([0-9]{1,9}))?)?");

  /**
   * Reads a reference.
   *
   * @throws UserError when it is malformed
   */
  public static PluginReference parse(String text, Location where) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw where.error(
          "'"
              + text
              + "' is no name of a plugin; ids have lower-case letters, digits and hyphens, with a"
              + " version as in sam, sam@1.2 or sam@[1,2)");
    }
    return new PluginReference(
        form.group(1), form.group(2) == null ? ANY : versions(text, form.group(2).strip(), where));
  }

  /** Whether any version will do. */
  public boolean anyVersion() {
    return versions.equals(ANY);
  }

  /** Whether a recorded revision will do. */
  boolean allows(Revision revision) {
    return id.equals(revision.id()) && versions.includes(Version.parseVersion(revision.version()));
  }

  private static VersionRange versions(String text, String version, Location where) {
    Matcher numbers = NUMBERS.matcher(version);
    if (numbers.matches()) {
      int major = Integer.parseInt(numbers.group(1));
      if (numbers.group(2) == null) {
        return between(new Version(major, 0, 0), new Version(major + 1, 0, 0));
      }
      int minor = Integer.parseInt(numbers.group(2));
      if (numbers.group(3) == null) {
        return between(new Version(major, minor, 0), new Version(major, minor + 1, 0));
      }
      Version exact = new Version(major, minor, Integer.parseInt(numbers.group(3)));
      return new VersionRange(VersionRange.LEFT_CLOSED, exact, exact, VersionRange.RIGHT_CLOSED);
    }
    try {
      if (version.startsWith("[") || version.startsWith("(")) {
        return new VersionRange(version);
      }
    } catch (IllegalArgumentException e) {
      throw new UserError(malformed(text, where), e);
    }
    throw new UserError(malformed(text, where));
  }

  private static String malformed(String text, Location where) {
    return where
        + ": the version in '"
        + text
        + "' must be as in sam@1, sam@1.2, sam@1.2.3 or sam@[1,2)";
  }

  private static VersionRange between(Version from, Version to) {
    return new VersionRange(VersionRange.LEFT_CLOSED, from, to, VersionRange.RIGHT_OPEN);
  }
}
