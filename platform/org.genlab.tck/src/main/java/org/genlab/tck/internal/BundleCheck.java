package org.genlab.tck.internal;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.genlab.api.Plugin;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;

/** Checks what is in a bundle: its manifest, and which files lie in it. */
public final class BundleCheck {
  private static final int JAVA_17 = 61;
  private static final Pattern JAVA_VERSION = Pattern.compile("\\(version=([0-9.]+)\\)");

  /** What a plugin may use of the platform; other packages of org.genlab are other plugins'. */
  private static final List<String> PRIVATE =
      List.of(
          "org.genlab.runtime",
          "org.genlab.store",
          "org.genlab.study",
          "org.genlab.cli",
          "org.genlab.lab",
          "org.genlab.provisioning",
          "org.genlab.launcher",
          "org.genlab.tck",
          "org.genlab.compute.jvm",
          "org.genlab.tensor.backend");

  private final Attributes manifest;
  private final Map<String, Integer> entries = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  private BundleCheck(Attributes manifest) {
    this.manifest = manifest;
  }

  /** A clause of a manifest header. */
  private record Clause(String name, Map<String, String> attributes) {}

  /** A plugin that a manifest declares. */
  public record Declared(String kind, String id, String version, String className) {}

  /**
   * Checks a bundle.
   *
   * @param bundle a jar, or a directory with its content
   * @param plugin a plugin that must be declared; null for none
   * @return a sentence for each thing that is not in order
   */
  public static List<String> problems(Path bundle, Class<?> plugin) {
    Manifest manifest = read(bundle);
    if (manifest == null) {
      return List.of(
          bundle
              + " has no META-INF/MANIFEST.MF, so no container finds the plugin; let"
              + " bnd-maven-plugin (goal bnd-process) write one before the tests run.");
    }
    BundleCheck check = new BundleCheck(manifest.getMainAttributes());
    check.list(bundle);
    check.identity();
    check.imports();
    check.environment();
    check.content();
    if (plugin != null) {
      check.capability(plugin);
    }
    return List.copyOf(check.problems);
  }

  /** The plugins that the manifest of a bundle declares. */
  public static List<Declared> declared(Path bundle) {
    Manifest manifest = read(bundle);
    if (manifest == null) {
      return List.of();
    }
    return new BundleCheck(manifest.getMainAttributes())
        .clauses("Provide-Capability").stream()
            .filter(c -> c.name().equals(Plugin.NAMESPACE))
            .map(
                c ->
                    new Declared(
                        c.attributes().getOrDefault("kind", ""),
                        c.attributes().getOrDefault("id", ""),
                        c.attributes().getOrDefault("version", ""),
                        c.attributes().getOrDefault("class", "")))
            .toList();
  }

  private static Manifest read(Path bundle) {
    try {
      if (Files.isDirectory(bundle)) {
        Path file = bundle.resolve(JarFile.MANIFEST_NAME);
        if (!Files.exists(file)) {
          return null;
        }
        try (InputStream in = Files.newInputStream(file)) {
          return new Manifest(in);
        }
      }
      try (JarFile jar = new JarFile(bundle.toFile())) {
        return jar.getManifest();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All entries, with the version of the format where they are classes. */
  private void list(Path bundle) {
    try {
      if (Files.isDirectory(bundle)) {
        try (Stream<Path> files = Files.walk(bundle)) {
          for (Path file : files.filter(Files::isRegularFile).toList()) {
            String name = bundle.relativize(file).toString().replace('\\', '/');
            try (InputStream in = Files.newInputStream(file)) {
              entries.put(name, format(name, in));
            }
          }
        }
        return;
      }
      try (JarFile jar = new JarFile(bundle.toFile())) {
        for (ZipEntry entry : jar.stream().filter(e -> !e.isDirectory()).toList()) {
          try (InputStream in = jar.getInputStream(entry)) {
            entries.put(entry.getName(), format(entry.getName(), in));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int format(String name, InputStream in) throws IOException {
    if (!name.endsWith(".class") || name.endsWith("module-info.class")) {
      return 0;
    }
    DataInputStream data = new DataInputStream(in);
    if (data.readInt() != 0xCAFEBABE) {
      return Integer.MAX_VALUE;
    }
    data.readUnsignedShort();
    return data.readUnsignedShort();
  }

  private void identity() {
    if (!"2".equals(manifest.getValue("Bundle-ManifestVersion"))) {
      problems.add("the manifest has no 'Bundle-ManifestVersion: 2'; let bnd write it.");
    }
    if (clauses("Bundle-SymbolicName").isEmpty()) {
      problems.add("the manifest has no Bundle-SymbolicName; let bnd write it.");
    }
    String version = manifest.getValue("Bundle-Version");
    try {
      if (version == null || Version.parseVersion(version).equals(Version.emptyVersion)) {
        problems.add("the bundle has no Bundle-Version above 0.0.0, so it cannot be updated.");
      }
    } catch (IllegalArgumentException e) {
      problems.add("the Bundle-Version '" + version + "' is no version, as 1.2.3 is.");
    }
    for (String header : List.of("Require-Bundle", "DynamicImport-Package")) {
      if (manifest.getValue(header) != null) {
        problems.add(
            "the manifest has "
                + header
                + ", which ties the bundle to others that then cannot be updated by themselves;"
                + " import packages with ranges instead (Import-Package).");
      }
    }
  }

  private void imports() {
    List<Clause> clauses = clauses("Import-Package");
    TreeSet<String> imported = new TreeSet<>();
    for (Clause clause : clauses) {
      String name = clause.name();
      imported.add(name);
      if (name.contains(".internal.") || name.endsWith(".internal") || isPrivate(name)) {
        problems.add(
            "the bundle imports "
                + name
                + ", which belongs to the inside of the platform and can change any day; plugins"
                + " use org.genlab.api and org.genlab.tensor.");
      } else if (name.startsWith("sun.") || name.startsWith("com.sun.")) {
        problems.add(
            "the bundle imports " + name + ", which belongs to the inside of Java; do without it.");
      } else if (!isOfJava(name) && !hasUpperBound(clause.attributes().get("version"))) {
        problems.add(
            "the bundle imports "
                + name
                + " without a range of versions, so an incompatible one would be taken; let bnd"
                + " write Import-Package, or say e.g. version=\"[1.0,2)\".");
      }
    }
    if (entries.keySet().stream().anyMatch(e -> e.endsWith(".class"))
        && !imported.contains("org.genlab.api")) {
      problems.add(
          "the bundle does not import org.genlab.api, where the annotation of plugins is; let bnd"
              + " write Import-Package.");
    }
  }

  private static boolean isPrivate(String name) {
    return PRIVATE.stream().anyMatch(p -> name.equals(p) || name.startsWith(p + "."));
  }

  private static boolean isOfJava(String name) {
    return name.startsWith("java.")
        || name.startsWith("javax.")
        || name.startsWith("jdk.")
        || name.startsWith("org.w3c.dom")
        || name.startsWith("org.xml.sax");
  }

  private static boolean hasUpperBound(String range) {
    try {
      return range != null && new VersionRange(range).getRight() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private void environment() {
    String needs = "";
    for (Clause clause : clauses("Require-Capability")) {
      if (clause.name().equals("osgi.ee")) {
        needs = clause.attributes().getOrDefault("filter:", "");
      }
    }
    Matcher version = JAVA_VERSION.matcher(needs);
    if (entries.keySet().stream().noneMatch(e -> e.endsWith(".class"))) {
      return;
    }
    if (!version.find()) {
      problems.add(
          "the manifest does not say which Java the bundle needs (Require-Capability: osgi.ee); let"
              + " bnd write it.");
    } else if (Version.parseVersion(version.group(1)).getMajor() > 17) {
      problems.add(
          "the bundle needs Java "
              + version.group(1)
              + ", and GenLab runs on Java 17; compile with --release 17"
              + " (maven.compiler.release).");
    }
    entries.entrySet().stream()
        .filter(e -> e.getValue() > JAVA_17 && !e.getKey().startsWith("META-INF/versions/"))
        .findFirst()
        .ifPresent(
            e ->
                problems.add(
                    e.getKey()
                        + " is compiled for Java "
                        + (e.getValue() - 44)
                        + ", and GenLab runs on Java 17; compile with --release 17"
                        + " (maven.compiler.release)."));
  }

  private void content() {
    entries.keySet().stream()
        .filter(
            e ->
                e.matches("org/genlab/(api|tensor)/.*\\.class")
                    || e.matches("jakarta/inject/.*\\.class"))
        .findFirst()
        .ifPresent(
            e ->
                problems.add(
                    "the bundle packs "
                        + e
                        + ", a copy that the host does not recognise; leave the platform out of"
                        + " the jar (scope provided) and import it."));
  }

  private void capability(Class<?> type) {
    Plugin plugin = type.getAnnotation(Plugin.class);
    List<Clause> all =
        clauses("Provide-Capability").stream()
            .filter(c -> c.name().equals(Plugin.NAMESPACE))
            .filter(c -> type.getName().equals(c.attributes().get("class")))
            .toList();
    if (all.isEmpty()) {
      problems.add(
          "the manifest has no capability "
              + Plugin.NAMESPACE
              + " for "
              + type.getName()
              + ", so no container finds it; build with bnd-maven-plugin, which makes it of the"
              + " annotation.");
      return;
    }
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("kind", plugin.kind());
    expected.put("id", plugin.id());
    expected.put("version", plugin.version());
    expected.put("summary", plugin.summary());
    expected.forEach(
        (name, value) -> {
          String declared = all.get(0).attributes().get(name);
          if (!value.equals(declared)) {
            problems.add(
                "the manifest declares "
                    + type.getName()
                    + " with "
                    + name
                    + " '"
                    + declared
                    + "', and its annotation says '"
                    + value
                    + "'; build anew (mvn clean verify), and leave the header to bnd.");
          }
        });
    if (!"Version".equals(all.get(0).attributes().get("version:"))) {
      problems.add(
          "the manifest declares the version of "
              + type.getName()
              + " as text, so ranges do not work; it must be version:Version, which bnd makes of"
              + " the annotation.");
    }
  }

  /** Parses a header. Directives keep their colon at the end of the name. */
  private List<Clause> clauses(String header) {
    String text = manifest.getValue(header);
    List<Clause> clauses = new ArrayList<>();
    if (text == null) {
      return clauses;
    }
    for (String part : split(text, ',')) {
      List<String> pieces = split(part, ';');
      Map<String, String> attributes = new LinkedHashMap<>();
      List<String> names = new ArrayList<>();
      for (String piece : pieces) {
        int equals = piece.indexOf('=');
        if (equals < 0 || piece.startsWith("\"")) {
          names.add(piece.strip());
          continue;
        }
        String name = piece.substring(0, equals).strip();
        String value = piece.substring(equals + 1).strip();
        if (value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")) {
          value = value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1");
        }
        int colon = name.indexOf(':');
        if (name.endsWith(":")) {
          attributes.put(name, value);
        } else if (colon > 0) {
          attributes.put(name.substring(0, colon), value);
          attributes.put(name.substring(0, colon) + ":", name.substring(colon + 1));
        } else {
          attributes.put(name, value);
        }
      }
      for (String name : names) {
        clauses.add(new Clause(name, attributes));
      }
    }
    return clauses;
  }

  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quoted && i + 1 < text.length()) {
        part.append(c).append(text.charAt(++i));
        continue;
      }
      if (c == '"') {
        quoted = !quoted;
      }
      if (c == separator && !quoted) {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    parts.add(part.toString());
    return parts;
  }
}
