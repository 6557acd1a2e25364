package org.genlab.provisioning.bundles;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.genlab.store.AtomicFiles;
import org.genlab.store.UserError;
import org.osgi.framework.Constants;

/**
 * Reads jars that nobody vouches for. Nothing in them is run or unpacked; entries that would leave
 * a directory they are unpacked in, and archives of absurd size, are refused.
 */
public final class JarReader {
  /** The largest jar, 1 GiB. */
  public static final long LARGEST_JAR = 1L << 30;

  private static final long LARGEST_CONTENT = 4L << 30;
  private static final int MOST_ENTRIES = 200_000;
  private static final int LARGEST_MANIFEST = 4 << 20;
  private static final int CLASS_MAGIC = 0xCAFEBABE;

  /** Class files of Java 1 have version 45, those of Java 17 have 61. */
  private static final int VERSION_OF_JAVA_0 = 44;

  /** What supplements the manifest in a jar for several releases of Java. */
  private static final List<String> SUPPLEMENTS =
      List.of(Constants.IMPORT_PACKAGE, Constants.REQUIRE_CAPABILITY);

  private JarReader() {}

  /**
   * Reads what a jar's manifest says.
   *
   * @param content where the file is, for an index, or null
   * @throws UserError when it is not a bundle, or harmful
   */
  public static BundleResource read(Path jar, Content content) {
    return open(
        jar,
        zip -> {
          checkEntries(zip, jar);
          Map<String, String> headers = headers(zip, jar);
          try {
            return ManifestReader.read(headers::get, content);
          } catch (IllegalArgumentException e) {
            throw new UserError(jar + " cannot be installed: " + e.getMessage() + ".", e);
          }
        });
  }

  /** A file of a jar that no class can be loaded from, and the Java it was compiled for. */
  public record ForeignClass(String entry, int java) {}

  /**
   * A class of the jar that was compiled for a newer Java than one, if there is any.
   *
   * @param java the feature release that must be able to load them, e.g. 17
   * @throws UserError when the jar cannot be read
   */
  public static Optional<ForeignClass> newerThan(Path jar, int java) {
    return open(
        jar,
        zip -> {
          ForeignClass newest = null;
          for (ZipEntry entry : Collections.list(zip.entries())) {
            String name = entry.getName();
            // A module descriptor is no class that a bundle would load.
            if (!name.endsWith(".class")
                || name.endsWith("module-info.class")
                || name.startsWith("META-INF/versions/")) {
              continue;
            }
            try (DataInputStream in = new DataInputStream(zip.getInputStream(entry))) {
              if (in.readInt() != CLASS_MAGIC) {
                continue;
              }
              in.readUnsignedShort();
              int compiledFor = in.readUnsignedShort() - VERSION_OF_JAVA_0;
              if (compiledFor > java && (newest == null || compiledFor > newest.java())) {
                newest = new ForeignClass(name, compiledFor);
              }
            } catch (java.io.EOFException e) {
              // Loading it will say so.
            }
          }
          return Optional.ofNullable(newest);
        });
  }

  private interface Use<T> {
    T of(ZipFile zip) throws IOException;
  }

  private static <T> T open(Path jar, Use<T> use) {
    try {
      if (Files.size(jar) > LARGEST_JAR) {
        throw new UserError(jar + " is larger than 1 GiB, the most that a bundle may have.");
      }
      try (ZipFile zip = new ZipFile(jar.toFile(), ZipFile.OPEN_READ)) {
        return use.of(zip);
      }
    } catch (ZipException e) {
      throw new UserError(
          jar + " is damaged or no jar (" + e.getMessage() + "); fetch or build it again.", e);
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(jar, e);
    }
  }

  private static void checkEntries(ZipFile zip, Path jar) {
    long total = 0;
    if (zip.size() > MOST_ENTRIES) {
      throw new UserError(jar + " has " + zip.size() + " entries, more than any bundle needs.");
    }
    Set<String> names = new HashSet<>();
    for (ZipEntry entry : Collections.list(zip.entries())) {
      String name = entry.getName();
      if (escapes(name)) {
        throw new UserError(
            jar + " is refused: its entry '" + printable(name) + "' leads out of the archive.");
      }
      if (!names.add(name)) {
        throw new UserError(jar + " is refused: it has two entries '" + printable(name) + "'.");
      }
      total += Math.max(0, entry.getSize());
    }
    if (total > LARGEST_CONTENT) {
      throw new UserError(jar + " is refused: unpacked it would have more than 4 GiB.");
    }
  }

  /** Whether a name could denote a file outside the directory that an archive is unpacked in. */
  static boolean escapes(String name) {
    if (name.startsWith("/")
        || name.indexOf('\\') >= 0
        || name.indexOf('\0') >= 0
        || name.matches("[A-Za-z]:.*")) {
      return true;
    }
    for (String part : name.split("/", -1)) {
      if (part.equals("..")) {
        return true;
      }
    }
    return false;
  }

  private static String printable(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }

  private static Map<String, String> headers(ZipFile zip, Path jar) throws IOException {
    Map<String, String> headers = manifest(zip, jar, JarFile.MANIFEST_NAME);
    if (Boolean.parseBoolean(headers.get("Multi-Release"))) {
      for (int java = 9; java <= Runtime.version().feature(); java++) {
        Map<String, String> more =
            manifest(zip, jar, "META-INF/versions/" + java + "/OSGI-INF/MANIFEST.MF");
        SUPPLEMENTS.stream()
            .filter(more::containsKey)
            .forEach(header -> headers.put(header, more.get(header)));
      }
    }
    return headers;
  }

  private static Map<String, String> manifest(ZipFile zip, Path jar, String name)
      throws IOException {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      return headers;
    }
    byte[] bytes;
    try (InputStream in = zip.getInputStream(entry)) {
      bytes = in.readNBytes(LARGEST_MANIFEST + 1);
    }
    if (bytes.length > LARGEST_MANIFEST) {
      throw new UserError(jar + " is refused: its manifest has more than 4 MiB.");
    }
    try {
      new Manifest(new java.io.ByteArrayInputStream(bytes))
          .getMainAttributes()
          .forEach((key, value) -> headers.put(key.toString(), value.toString()));
      return headers;
    } catch (IOException | IllegalArgumentException e) {
      throw new UserError(
          jar + " is damaged: its manifest is malformed (" + e.getMessage() + ").", e);
    }
  }
}
