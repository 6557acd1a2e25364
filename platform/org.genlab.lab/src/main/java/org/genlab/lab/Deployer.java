package org.genlab.lab;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.zip.ZipException;
import org.genlab.api.Plugin;
import org.genlab.launcher.diagnosis.Diagnosis;
import org.genlab.runtime.plugins.Leases;
import org.genlab.store.Digests;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * Makes the container have what the plugin directories have: a new jar is installed; a jar that was
 * replaced is installed beside the old bundle, which is retired; the bundle of a jar that is gone
 * is retired. So new runs take what there is now, and running runs finish on what they were wired
 * with.
 *
 * <p>A jar that is only half there is passed over until it is whole. Nothing is loaded or updated
 * in place, so no other bundle is ever refreshed.
 */
public final class Deployer {
  private static final int PLUGIN_LEVEL = 20;

  /** A jar that has not changed for that long and still is not whole is spoken of. */
  private static final long SETTLED_NANOS = 2_000_000_000L;

  private static final String CHECKSUMS = "SHA256SUMS";
  private static final String AGAIN = "?again=";
  private static final String DIGEST = "#sha256=";

  private final BundleContext context;
  private final Leases leases;
  private final List<Path> directories;
  private final boolean start;
  private final Consumer<String> notices;
  private final Map<Path, Stat> done = new HashMap<>();
  private final Map<Path, Problem> problems = new HashMap<>();

  /** What tells one content of a file from another without reading it. */
  private record Stat(long size, long modified, Object key, String expected) {}

  /** A jar that cannot be installed as it is. */
  private record Problem(Stat stat, String sentence, long since, boolean told) {}

  /**
   * A deployer for some directories.
   *
   * @param directories that have plugins; they need not exist
   * @param start whether to start bundles; without, their plugins can be found all the same
   * @param notices takes a sentence for whatever is done, or cannot be
   */
  public Deployer(
      BundleContext context,
      Leases leases,
      List<Path> directories,
      boolean start,
      Consumer<String> notices) {
    this.context = context;
    this.leases = leases;
    this.directories = directories.stream().map(d -> d.toAbsolutePath().normalize()).toList();
    this.start = start;
    this.notices = notices;
  }

  /** The plugin directories that the launcher says the container has. */
  public static List<Path> directories(BundleContext context) {
    String property = context.getProperty("genlab.plugins");
    return property == null || property.isEmpty()
        ? List.of()
        : Arrays.stream(property.split(File.pathSeparator)).map(Path::of).toList();
  }

  /** Looks at the directories once, and does what is to be done. */
  public synchronized void scan() {
    Map<Path, Stat> jars = new TreeMap<>();
    Set<Path> readable = new HashSet<>();
    for (Path directory : directories) {
      if (list(directory, jars)) {
        readable.add(directory);
      }
    }
    Map<Path, List<Bundle>> bundles = bundles();
    boolean changed = false;
    for (Map.Entry<Path, Stat> jar : jars.entrySet()) {
      if (!jar.getValue().equals(done.get(jar.getKey()))) {
        changed |=
            deploy(jar.getKey(), jar.getValue(), bundles.getOrDefault(jar.getKey(), List.of()));
      }
    }
    for (Map.Entry<Path, List<Bundle>> entry : bundles.entrySet()) {
      Path jar = entry.getKey();
      // A directory that cannot be read right now has not lost its jars.
      if (!jars.containsKey(jar) && readable.contains(jar.getParent())) {
        entry.getValue().forEach(this::remove);
        done.remove(jar);
        changed = true;
      }
    }
    done.keySet().retainAll(jars.keySet());
    problems.keySet().retainAll(jars.keySet());
    if (changed) {
      retryUnresolved();
    }
  }

  /** The jars of a directory; false when it cannot be read. */
  private static boolean list(Path directory, Map<Path, Stat> jars) {
    if (!Files.isDirectory(directory)) {
      // Gone with all its jars, unless the one it lies in is gone as well.
      return directory.getParent() != null && Files.isDirectory(directory.getParent());
    }
    Map<String, String> expected = checksums(directory.resolve(CHECKSUMS));
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, "*.jar")) {
      for (Path jar : stream) {
        try {
          String digest = expected.getOrDefault(jar.getFileName().toString(), "");
          jars.put(jar, stat(jar, digest));
        } catch (NoSuchFileException e) {
          // Removed this moment.
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Stat stat(Path jar, String expected) throws IOException {
    BasicFileAttributes facts = Files.readAttributes(jar, BasicFileAttributes.class);
    return new Stat(facts.size(), facts.lastModifiedTime().toMillis(), facts.fileKey(), expected);
  }

  private static Map<String, String> checksums(Path file) {
    Map<String, String> digests = new HashMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        String[] parts = line.split(" [ *]", 2);
        if (parts.length == 2) {
          digests.put(parts[1], parts[0]);
        }
      }
    } catch (IOException e) {
      // Most directories have none.
    }
    return digests;
  }

  /** The bundles that came from the directories and are offered to new runs, by their jars. */
  private Map<Path, List<Bundle>> bundles() {
    Map<Path, List<Bundle>> bundles = new TreeMap<>();
    for (Bundle bundle : context.getBundles()) {
      Path jar = jar(bundle);
      if (jar != null && directories.contains(jar.getParent()) && !leases.isRetired(bundle)) {
        bundles.computeIfAbsent(jar, j -> new ArrayList<>()).add(bundle);
      }
    }
    return bundles;
  }

  private static Path jar(Bundle bundle) {
    String location = bundle.getLocation();
    if (!location.startsWith("file:")) {
      return null;
    }
    try {
      // Neither character stands in a URI of a file otherwise.
      return Path.of(URI.create(location.replaceFirst("[?#].*", "")));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Installs a jar that is new or has changed, unless it is what is installed already. */
  private boolean deploy(Path jar, Stat stat, List<Bundle> before) {
    byte[] content;
    String digest;
    try {
      content = Files.readAllBytes(jar);
      digest = Digests.sha256(content);
      if (before.stream().anyMatch(b -> isInstalled(b, digest, stat))) {
        done.put(jar, stat);
        return false;
      }
      if (!stat.expected().isEmpty() && !stat.expected().equals(digest)) {
        problem(
            jar,
            stat,
            String.format(
                "the file %s is not used: its SHA-256 is %s, but %s says %s; install the plugin"
                    + " again, or remove the file.",
                jar, digest, jar.resolveSibling(CHECKSUMS), stat.expected()));
        return false;
      }
      check(jar);
      if (!stat.equals(stat(jar, stat.expected()))) {
        return false; // Being written; the next look will see more.
      }
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      problem(
          jar,
          stat,
          String.format(
              "the file %s cannot be used: %s; it is tried again when it changes.",
              jar, e.getMessage()));
      return false;
    }
    return install(jar, content, digest, stat, before);
  }

  private static boolean isInstalled(Bundle bundle, String digest, Stat stat) {
    return bundle.getLocation().endsWith(DIGEST + digest)
        || (!bundle.getLocation().contains(DIGEST) && bundle.getLastModified() >= stat.modified());
  }

  /** Reads a jar to its end: each entry has a checksum. */
  private static void check(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      Manifest manifest = file.getManifest();
      if (manifest == null
          || manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME) == null) {
        throw new IOException("it is no bundle, for its manifest has no Bundle-SymbolicName");
      }
      for (JarEntry entry : Collections.list(file.entries())) {
        try (InputStream in = file.getInputStream(entry)) {
          in.transferTo(OutputStream.nullOutputStream());
        }
      }
    } catch (ZipException e) {
      throw new IOException("it is not a whole jar (" + e.getMessage() + ")", e);
    }
  }

  /** Says once what is wrong with a jar, when it stays as it is for a while. */
  private void problem(Path jar, Stat stat, String sentence) {
    long now = System.nanoTime();
    Problem before = problems.get(jar);
    if (before == null || !before.stat().equals(stat)) {
      problems.put(jar, new Problem(stat, sentence, now, false));
    } else if (!before.told() && now - before.since() > SETTLED_NANOS) {
      problems.put(jar, new Problem(stat, sentence, before.since(), true));
      notices.accept(sentence);
    }
  }

  private boolean install(Path jar, byte[] content, String digest, Stat stat, List<Bundle> before) {
    Bundle bundle;
    try {
      bundle = context.installBundle(location(jar, digest), new ByteArrayInputStream(content));
    } catch (BundleException e) {
      problem(jar, stat, String.format("the file %s cannot be used: %s.", jar, e.getMessage()));
      return false;
    }
    done.put(jar, stat);
    problems.remove(jar);
    bundle.adapt(BundleStartLevel.class).setStartLevel(PLUGIN_LEVEL);
    if (!use(bundle)) {
      // New runs have what the directories have, as they would after a new start.
      String instead =
          before.isEmpty() ? "" : " It replaced " + name(before.get(0)) + finish(before) + ".";
      before.forEach(leases::retire);
      notices.accept(new Diagnosis(context.getBundles()).sentence(bundle) + instead);
      return true;
    }
    replace(bundle, before);
    return true;
  }

  /** Another location than that of a bundle of the same content that is retired but still used. */
  private String location(Path jar, String digest) {
    for (int n = 0; ; n++) {
      String location = jar.toUri() + (n == 0 ? "" : AGAIN + n) + DIGEST + digest;
      Bundle there = context.getBundle(location);
      if (there == null || !leases.isRetired(there)) {
        return location;
      }
    }
  }

  /** Resolves a bundle, and starts it; false when it lacks something. */
  private boolean use(Bundle bundle) {
    FrameworkWiring framework =
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    if (!framework.resolveBundles(List.of(bundle))) {
      return false;
    }
    if (start
        && (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) == 0) {
      try {
        bundle.start();
      } catch (BundleException e) {
        return false;
      }
    }
    return true;
  }

  private void replace(Bundle bundle, List<Bundle> before) {
    String verb = before.isEmpty() ? "installed " : "replaced " + name(before.get(0)) + " by ";
    String finish = finish(before);
    before.forEach(leases::retire);
    notices.accept(verb + describe(bundle) + finish + ".");
    rivals(bundle);
  }

  /** What becomes of those who use bundles that go; asked before they do. */
  private String finish(List<Bundle> bundles) {
    return bundles.stream().anyMatch(leases::isLeased) ? "; runs that use it finish with it" : "";
  }

  private void remove(Bundle bundle) {
    String sentence = "removed " + describe(bundle) + finish(List.of(bundle)) + ".";
    leases.retire(bundle);
    notices.accept(sentence);
  }

  /** What was missing may be there now. */
  private void retryUnresolved() {
    for (List<Bundle> ofJar : bundles().values()) {
      for (Bundle bundle : ofJar) {
        if (bundle.getState() == Bundle.INSTALLED && use(bundle)) {
          replace(bundle, List.of());
        }
      }
    }
  }

  private static String name(Bundle bundle) {
    return bundle.getSymbolicName() + " " + bundle.getVersion();
  }

  private static String describe(Bundle bundle) {
    Path jar = jar(bundle);
    String plugins = plugins(bundle).stream().map(Deployer::text).collect(Collectors.joining(", "));
    return name(bundle)
        + " ("
        + (jar == null ? bundle.getLocation() : jar.getFileName())
        + ")"
        + (plugins.isEmpty() ? "" : ": " + plugins);
  }

  private static List<BundleCapability> plugins(Bundle bundle) {
    BundleWiring wiring = bundle.adapt(BundleWiring.class);
    return wiring == null ? List.of() : wiring.getCapabilities(Plugin.NAMESPACE);
  }

  private static String text(BundleCapability plugin) {
    Map<String, Object> facts = plugin.getAttributes();
    return facts.get("kind") + " '" + facts.get("id") + "' " + facts.get("version");
  }

  /** Says which plugins of a bundle are offered by another one in the same version. */
  private void rivals(Bundle bundle) {
    Set<String> offered = plugins(bundle).stream().map(Deployer::text).collect(Collectors.toSet());
    for (Bundle other : context.getBundles()) {
      if (other.equals(bundle) || leases.isRetired(other)) {
        continue;
      }
      for (BundleCapability plugin : plugins(other)) {
        if (offered.contains(text(plugin))) {
          // As in the catalog: the first by name, then the highest version.
          int order = bundle.getSymbolicName().compareTo(other.getSymbolicName());
          boolean first =
              order != 0 ? order < 0 : bundle.getVersion().compareTo(other.getVersion()) > 0;
          notices.accept(
              text(plugin)
                  + " is offered by two bundles, "
                  + name(bundle)
                  + " and "
                  + name(other)
                  + "; runs take the one of "
                  + name(first ? bundle : other)
                  + "; remove the other, or give one of them another id or version.");
        }
      }
    }
  }

  /**
   * Looks at the directories again and again, on a thread of its own.
   *
   * @param everyMillis how often
   * @return ends it
   */
  public AutoCloseable watch(long everyMillis) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  Thread.sleep(everyMillis);
                  try {
                    scan();
                  } catch (RuntimeException e) {
                    notices.accept("the plugin directories cannot be looked at: " + e);
                  }
                }
              } catch (InterruptedException e) {
                // Closed.
              }
            },
            "plugin directories");
    thread.setDaemon(true);
    thread.start();
    return thread::interrupt;
  }
}
