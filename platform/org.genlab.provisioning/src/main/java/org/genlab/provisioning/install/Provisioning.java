package org.genlab.provisioning.install;

import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.genlab.provisioning.bundles.BundleResource;
import org.genlab.provisioning.bundles.Content;
import org.genlab.provisioning.bundles.JarReader;
import org.genlab.provisioning.install.InstalledDirectory.Origin;
import org.genlab.provisioning.repository.Folder;
import org.genlab.provisioning.repository.Repository;
import org.genlab.provisioning.repository.RepositoryList;
import org.genlab.provisioning.resolve.Installed;
import org.genlab.provisioning.resolve.Plan;
import org.genlab.provisioning.resolve.Planner;
import org.genlab.provisioning.resolve.Situation;
import org.genlab.provisioning.resolve.Wanted;
import org.genlab.provisioning.resolve.Why;
import org.genlab.provisioning.trust.Endorsement;
import org.genlab.provisioning.trust.TrustStore;
import org.genlab.provisioning.trust.TrustStore.Policy;
import org.genlab.store.AtomicFiles;
import org.genlab.store.Digests;
import org.genlab.store.UserError;
import org.osgi.service.resolver.Resolver;

/**
 * Installs, updates and removes plugins. Changes files only: a container that runs takes up what
 * changes in its plugin directories by itself.
 */
public final class Provisioning {
  private static final int LONGEST_NAME = 255;

  private final Surroundings surroundings;
  private final InstalledDirectory directory;

  public Provisioning(Surroundings surroundings) {
    this.surroundings = surroundings;
    directory = new InstalledDirectory(surroundings.installed());
  }

  /**
   * Where it works.
   *
   * @param resolver of the container
   * @param platform what the container offers to plugins
   * @param plugins all directories that plugins are started from
   * @param installed the one that is written to
   * @param configuration the user's configuration directory
   * @param cache where indexes are kept
   */
  public record Surroundings(
      Resolver resolver,
      Supplier<List<BundleResource>> platform,
      List<Path> plugins,
      Path installed,
      Path configuration,
      Path cache,
      Clock clock) {
    /** Copies the list. */
    public Surroundings {
      plugins = List.copyOf(plugins);
    }
  }

  /**
   * How sources are used.
   *
   * @param repositories names of known ones, addresses or folders; the known ones when empty
   * @param offline whether only what was fetched before is used of remote ones
   * @param policy instead of the user's; empty for that
   */
  public record Options(List<String> repositories, boolean offline, Optional<Policy> policy) {
    /** The user's repositories and policy. */
    public static final Options DEFAULT = new Options(List.of(), false, Optional.empty());

    /** Copies the list. */
    public Options {
      repositories = List.copyOf(repositories);
    }
  }

  public TrustStore trust() {
    return new TrustStore(surroundings.configuration());
  }

  public RepositoryList repositories() {
    return new RepositoryList(surroundings.configuration());
  }

  public InstalledDirectory directory() {
    return directory;
  }

  Surroundings surroundings() {
    return surroundings;
  }

  // ---- what there is ----------------------------------------------------------------------------

  /**
   * All bundles in the plugin directories.
   *
   * @param problems takes a sentence on each jar that is left out: it is damaged, or not what the
   *     list of digests says
   */
  public List<Installed> installed(Consumer<String> problems) {
    List<Installed> installed = new ArrayList<>();
    Set<Path> directories = new LinkedHashSet<>(surroundings.plugins());
    directories.add(surroundings.installed());
    Set<Path> seen = new LinkedHashSet<>();
    for (Path path : directories) {
      InstalledDirectory plugins = new InstalledDirectory(path);
      boolean owned = same(path, surroundings.installed());
      Map<String, String> sums = plugins.sums();
      Map<String, Origin> origins = owned ? plugins.origins() : Map.of();
      for (Path jar : jars(path)) {
        if (!seen.add(jar.toAbsolutePath().normalize())) {
          continue;
        }
        String name = jar.getFileName().toString();
        try {
          BundleResource bundle = JarReader.read(jar, null);
          String sha256 = Digests.sha256(jar);
          String expected = sums.getOrDefault(name, sha256);
          if (!expected.equals(sha256)) {
            problems.accept(
                jar
                    + " is not what was installed: its SHA-256 is "
                    + sha256
                    + ", and "
                    + path.resolve(InstalledDirectory.SUMS)
                    + " says "
                    + expected
                    + "; install it again.");
            continue;
          }
          boolean requested = !origins.containsKey(name) || origins.get(name).requested();
          installed.add(new Installed(bundle, jar, sha256, owned, requested));
        } catch (UserError e) {
          problems.accept(e.getMessage());
        }
      }
    }
    return installed;
  }

  private static boolean same(Path a, Path b) {
    try {
      return a.equals(b) || (Files.exists(a) && Files.exists(b) && Files.isSameFile(a, b));
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether a bundle lies where the plugins lie that GenLab comes with. */
  boolean isShipped(Installed installed) {
    return !surroundings.plugins().isEmpty()
        && same(installed.file().getParent(), surroundings.plugins().get(0));
  }

  private static List<Path> jars(Path directory) {
    List<Path> jars = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.jar")) {
        files.forEach(jars::add);
      } catch (IOException e) {
        throw AtomicFiles.cannotRead(directory, e);
      }
    }
    jars.sort(null);
    return jars;
  }

  /**
   * Reads repositories.
   *
   * @param notes takes sentences on those that are not up to date or cannot be read
   * @throws UserError when one that was named cannot be read
   */
  public List<Repository> open(Options options, Consumer<String> notes) {
    TrustStore trust = trust();
    Repository.Access access =
        new Repository.Access(
            trust, surroundings.cache().resolve("repositories"), options.offline());
    Map<String, URI> known = repositories().all();
    List<Repository> open = new ArrayList<>();
    if (options.repositories().isEmpty()) {
      known.forEach(
          (name, index) -> {
            try {
              open.add(Repository.open(name, index, access));
            } catch (org.genlab.provisioning.trust.InvalidSignature e) {
              throw e;
            } catch (UserError e) {
              notes.accept(e.getMessage());
            }
          });
    }
    for (String given : options.repositories()) {
      URI index = known.getOrDefault(given, null);
      Path folder = index == null && !given.contains("://") ? Path.of(given) : null;
      if (folder != null && !given.endsWith(".xml") && !Files.isDirectory(folder)) {
        throw new UserError(
            "there is no repository '"
                + given
                + "' and no folder of that name; 'genlab plugin repository list' shows those that"
                + " are known.");
      }
      open.add(
          folder != null && Files.isDirectory(folder) && !Files.exists(folder.resolve("index.xml"))
              ? Folder.repository(folder, notes)
              : Repository.open(given, index == null ? Repository.indexOf(given) : index, access));
    }
    open.forEach(repository -> repository.note().ifPresent(notes));
    return open;
  }

  /** What there is now, with what repositories have. */
  public Situation situation(List<Repository> repositories, Consumer<String> problems) {
    return new Situation(surroundings.platform().get(), installed(problems), repositories);
  }

  /** Plans changes of a situation. */
  public Planner planner(Situation situation) {
    return new Planner(surroundings.resolver(), situation);
  }

  /** Explains a situation. */
  public Why why(Situation situation) {
    return new Why(surroundings.resolver(), situation);
  }

  // ---- jars -------------------------------------------------------------------------------------

  /** Bundles that were given as files or folders, as the repositories they would be in. */
  public record Given(List<Repository> repositories, List<BundleResource> bundles) {}

  /** Whether a word on the command line means a file or a folder, and no name of a plugin. */
  public static boolean isFile(String word) {
    return word.endsWith(".jar") || word.contains("/") || word.equals(".") || word.equals("..");
  }

  /**
   * Reads jars, local ones or behind http and https addresses, and folders; of a folder, the newest
   * version of each bundle counts.
   *
   * @param temporary a directory for what is fetched
   */
  public Given given(List<String> words, Path temporary, Consumer<String> notes) {
    List<Repository> repositories = new ArrayList<>();
    List<BundleResource> bundles = new ArrayList<>();
    for (String word : words) {
      Repository repository = given(word, temporary, notes);
      repositories.add(repository);
      Map<String, BundleResource> newest = new LinkedHashMap<>();
      repository.bundles().stream()
          .sorted(BundleResource.ORDER)
          .forEach(b -> newest.putIfAbsent(b.symbolicName(), b));
      if (newest.isEmpty()) {
        throw new UserError("there is no bundle in " + word + ".");
      }
      bundles.addAll(newest.values());
    }
    return new Given(repositories, bundles);
  }

  private Repository given(String word, Path temporary, Consumer<String> notes) {
    if (word.matches("(?i)https?://.*")) {
      URI address = URI.create(word);
      Path file = temporary.resolve("given.jar");
      Repository.Verified verified = Repository.fetch(address, file, trust());
      return single(word, address, file, word, verified.sha256());
    }
    Path path = Path.of(word).toAbsolutePath().normalize();
    if (Files.isDirectory(path)) {
      return Files.exists(path.resolve("index.xml"))
          ? open(new Options(List.of(word), false, Optional.empty()), notes).get(0)
          : Folder.repository(path, notes);
    }
    if (!Files.isRegularFile(path)) {
      throw new UserError("there is no file " + word + ".");
    }
    return single(
        word,
        path.resolveSibling("index.xml").toUri(),
        path,
        path.getParent().toUri().relativize(path.toUri()).toString(),
        Digests.sha256(path));
  }

  private static Repository single(String name, URI base, Path file, String url, String sha256) {
    try {
      BundleResource bundle = JarReader.read(file, new Content(sha256, url, Files.size(file)));
      return new Repository(name, base, List.of(bundle), Endorsement.NONE, Optional.empty());
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(file, e);
    }
  }

  // ---- changes ----------------------------------------------------------------------------------

  /**
   * What a change did.
   *
   * @param added the files of what was installed
   * @param endorsements who stands behind each, in the same order
   * @param removed the files of what was removed
   */
  public record Outcome(List<Path> added, List<Endorsement> endorsements, List<Path> removed) {}

  /**
   * Carries a plan out. All files are fetched and verified before the first is put in place.
   *
   * @param warnings takes sentences on what no trusted key signed, where that is allowed
   * @throws UserError when something must not be installed; nothing is changed then
   */
  public Outcome apply(Plan plan, Options options, Consumer<String> warnings) {
    Map<String, Origin> in = new LinkedHashMap<>();
    List<Endorsement> endorsements = new ArrayList<>();
    Set<String> out = new LinkedHashSet<>();
    TrustStore trust = trust();
    try (InstalledDirectory.Change change = directory.change()) {
      for (Plan.Step step : plan.steps()) {
        step.old()
            .filter(Installed::owned)
            .ifPresent(old -> out.add(old.file().getFileName().toString()));
        if (step.from().isPresent()) {
          String name = fileName(step.bundle());
          Repository from = step.from().get();
          Repository.Verified verified = from.fetch(step.bundle(), change.staged(name), trust);
          inspect(verified.file(), step.bundle());
          in.put(name, origin(step, verified, from));
          endorsements.add(verified.endorsement());
        }
      }
      // Only then, so that what is wrong is refused for that, whatever the policy.
      int index = 0;
      for (Plan.Step step : plan.steps()) {
        if (step.from().isPresent()) {
          Repository from = step.from().get();
          TrustStore.judge(
              options.policy().orElseGet(() -> trust.policies().get(from.source())),
              from.source(),
              endorsements.get(index++),
              step.bundle() + " from " + from.name(),
              warnings);
        }
      }
      change.apply(in, out);
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(directory.path(), e);
    }
    out.removeAll(in.keySet());
    return new Outcome(
        in.keySet().stream().map(directory.path()::resolve).toList(),
        endorsements,
        out.stream().map(directory.path()::resolve).toList());
  }

  /** The name of a bundle's file in the directory. */
  static String fileName(BundleResource bundle) {
    String name = bundle.symbolicName() + "-" + bundle.version() + ".jar";
    if (name.length() > LONGEST_NAME || name.indexOf('/') >= 0) {
      throw new UserError("'" + name + "' cannot name a file.");
    }
    return name;
  }

  /** Checks that a file is the bundle that was planned, and can be loaded here. */
  private static void inspect(Path file, BundleResource bundle) {
    BundleResource actual = JarReader.read(file, null);
    if (!actual.sameIdentity(bundle)) {
      throw new UserError(
          "the file of " + bundle + " is " + actual + "; the index of its repository is wrong.");
    }
    int java = Runtime.version().feature();
    JarReader.newerThan(file, java)
        .ifPresent(
            c -> {
              throw new UserError(
                  bundle
                      + " cannot be installed: its class "
                      + c.entry().replaceFirst("\\.class$", "").replace('/', '.')
                      + " is compiled for Java "
                      + c.java()
                      + ", and this is Java "
                      + java
                      + ".");
            });
  }

  private Origin origin(Plan.Step step, Repository.Verified verified, Repository from) {
    return new Origin(
        step.bundle().symbolicName(),
        step.bundle().version().toString(),
        verified.sha256(),
        from.source() == TrustStore.Source.REMOTE
            ? verified.from().toString()
            : Path.of(verified.from()).toString(),
        from.source() == TrustStore.Source.REMOTE,
        verified.endorsement().signer(),
        verified.endorsement().key(),
        surroundings.clock().instant().truncatedTo(ChronoUnit.SECONDS).toString(),
        step.requested());
  }

  /**
   * Notes that somebody asked for what came only because something else needs it: it stays when
   * that is removed.
   */
  public void request(Situation situation, List<Wanted> wanted) {
    List<String> files =
        situation.installed().stream()
            .filter(i -> i.owned() && !i.requested())
            .filter(i -> wanted.stream().anyMatch(w -> w.isMetBy(i.bundle())))
            .map(i -> i.file().getFileName().toString())
            .toList();
    if (!files.isEmpty()) {
      try (InstalledDirectory.Change change = directory.change()) {
        change.request(files);
      } catch (IOException e) {
        throw AtomicFiles.cannotWrite(directory.path(), e);
      }
    }
  }
}
