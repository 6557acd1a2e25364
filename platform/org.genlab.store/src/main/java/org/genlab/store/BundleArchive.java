package org.genlab.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The bundles that runs were made with, kept so that a run can be repeated when its plugins have
 * long been replaced: files called {@code <sha256>.jar}. What is in it never changes; several
 * processes may write at the same time.
 */
public final class BundleArchive {
  /** The environment variable that says where the archive of the user is. */
  public static final String VARIABLE = "GENLAB_ARCHIVE";

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private final Path directory;

  /**
   * @param directory created with the first bundle
   */
  public BundleArchive(Path directory) {
    this.directory = directory;
  }

  /**
   * The archive of this user: where {@code GENLAB_ARCHIVE} says, else {@code genlab/bundles} in the
   * user's data directory.
   */
  public static BundleArchive ofUser() {
    return new BundleArchive(directory(System.getenv(), System.getProperty("user.home")));
  }

  static Path directory(Map<String, String> environment, String home) {
    String own = environment.get(VARIABLE);
    if (own != null && !own.isEmpty()) {
      return Path.of(own).toAbsolutePath();
    }
    String data = environment.get("XDG_DATA_HOME");
    // The specification of base directories says that relative paths are to be ignored.
    Path user =
        data != null && Path.of(data).isAbsolute()
            ? Path.of(data)
            : Path.of(home, ".local", "share");
    return user.resolve("genlab").resolve("bundles");
  }

  /** Where the archive is. */
  public Path directory() {
    return directory;
  }

  /**
   * Keeps a jar.
   *
   * @return its SHA-256, hexadecimal
   * @throws UserError when the jar cannot be read, or the archive not be written
   */
  public String put(Path jar) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(jar);
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(jar, e);
    }
    return put(bytes);
  }

  /** Keeps the content of a jar. See {@link #put(Path)}. */
  public String put(byte[] jar) {
    String sha256 = Digests.sha256(jar);
    if (get(sha256).isPresent()) {
      return sha256;
    }
    Path target = file(sha256);
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(directory, e);
    }
    AtomicFiles.writeBesideOthers(target, out -> out.write(jar));
    return sha256;
  }

  /**
   * The jar of that digest. It is verified: a file that does not have its digest is not given out,
   * and is written anew by the next {@link #put}.
   *
   * @throws UserError when it is there but cannot be read
   */
  public Optional<Path> get(String sha256) {
    if (!SHA256.matcher(sha256).matches() || !Files.isRegularFile(file(sha256))) {
      return Optional.empty();
    }
    try {
      return Digests.sha256(Files.readAllBytes(file(sha256))).equals(sha256)
          ? Optional.of(file(sha256))
          : Optional.empty();
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(file(sha256), e);
    }
  }

  private Path file(String sha256) {
    return directory.resolve(sha256 + ".jar");
  }
}
