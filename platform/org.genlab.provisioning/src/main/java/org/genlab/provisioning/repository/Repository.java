package org.genlab.provisioning.repository;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.genlab.provisioning.bundles.BundleResource;
import org.genlab.provisioning.bundles.Content;
import org.genlab.provisioning.bundles.JarReader;
import org.genlab.provisioning.trust.Endorsement;
import org.genlab.provisioning.trust.InvalidSignature;
import org.genlab.provisioning.trust.SignatureFile;
import org.genlab.provisioning.trust.TrustStore;
import org.genlab.store.AtomicFiles;
import org.genlab.store.Digests;
import org.genlab.store.UserError;

/**
 * Bundles that can be installed from one place.
 *
 * @param name for messages: what the user calls it, or its address
 * @param index the address of its index; of the folder, when it is one without an index
 * @param bundles all of them, each with its {@link Content}
 * @param endorsement of the index
 * @param note a sentence when the index is not today's, else empty
 */
public record Repository(
    String name,
    URI index,
    List<BundleResource> bundles,
    Endorsement endorsement,
    Optional<String> note) {
  private static final int LARGEST_INDEX = 64 << 20;
  private static final int LARGEST_SIGNATURE = 1 << 12;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT);

  /** Copies the list. */
  public Repository {
    bundles = List.copyOf(bundles);
  }

  /** Whether it is behind a network. */
  public TrustStore.Source source() {
    return Transport.isRemote(index) ? TrustStore.Source.REMOTE : TrustStore.Source.LOCAL;
  }

  /**
   * The address of the index that a user means by an address or a path: itself when it ends in
   * {@code .xml}, else {@code index.xml} in it.
   *
   * @throws UserError when it is neither a path nor an http, https or file address
   */
  public static URI indexOf(String location) {
    String index =
        location.endsWith(".xml") ? location : location.replaceFirst("/+$", "") + "/index.xml";
    if (!location.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")) {
      return Path.of(index).toAbsolutePath().normalize().toUri();
    }
    URI uri;
    try {
      uri = URI.create(index);
    } catch (IllegalArgumentException e) {
      throw new UserError("'" + location + "' is no address of a repository.", e);
    }
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    if (!List.of("http", "https", "file").contains(scheme)) {
      throw new UserError(
          "'"
              + location
              + "' is no address of a repository; it must be a folder, or begin with"
              + " https://, http:// or file:/.");
    }
    return uri;
  }

  /** How an index is read. */
  public record Access(TrustStore trust, Path cache, boolean offline) {}

  /**
   * Reads the index of a repository: from where it is, or from the cache when that is behind a
   * network that cannot be reached.
   *
   * @param name what the user calls it
   * @throws UserError when it can be read from neither, or is malformed
   * @throws InvalidSignature when it is not what was signed
   */
  public static Repository open(String name, URI index, Access access) {
    if (!Transport.isRemote(index)) {
      try {
        return parse(name, index, fetch(index), access.trust(), Optional.empty());
      } catch (IOException e) {
        throw unreadable(name, index, e);
      }
    }
    IndexCache cache = new IndexCache(access.cache(), index);
    String reason = "--offline was given";
    if (!access.offline()) {
      try {
        Fetched fetched = fetch(index);
        Repository repository = parse(name, index, fetched, access.trust(), Optional.empty());
        cache.put(fetched);
        return repository;
      } catch (IOException e) {
        reason = reason(index, e);
        if (cache.get().isEmpty()) {
          throw unreadable(name, index, e);
        }
      }
    }
    IndexCache.Entry cached =
        cache
            .get()
            .orElseThrow(
                () ->
                    new UserError(
                        "the index of the repository "
                            + name
                            + " was never fetched, so it cannot be used offline."));
    String note =
        "the repository "
            + name
            + " was not read ("
            + reason
            + "); its index of "
            + time(cached.fetched())
            + " is used.";
    return parse(name, index, cached.content(), access.trust(), Optional.of(note));
  }

  private static String time(Instant time) {
    return TIME.format(time.atOffset(ZoneOffset.UTC));
  }

  /** An index and its signature, or null when it has none. */
  record Fetched(byte[] index, byte[] signature) {}

  private static Fetched fetch(URI index) throws IOException {
    // First the signature: when both change in between, verification fails rather than succeeds.
    byte[] signature = signature(index);
    return new Fetched(Transport.read(index, LARGEST_INDEX), signature);
  }

  private static byte[] signature(URI file) throws IOException {
    try {
      return Transport.read(sibling(file), LARGEST_SIGNATURE);
    } catch (FileNotFoundException e) {
      return null;
    }
  }

  private static URI sibling(URI file) {
    String path = file.getRawPath() + SignatureFile.SUFFIX;
    return file.resolve(path + (file.getRawQuery() == null ? "" : "?" + file.getRawQuery()));
  }

  private static Repository parse(
      String name, URI index, Fetched fetched, TrustStore trust, Optional<String> note) {
    // The signature is verified before anything in the index is looked at.
    Endorsement endorsement =
        trust.endorsement(
            fetched.signature(),
            SignatureFile.Kind.INDEX,
            Digests.sha256(fetched.index()),
            "the index " + index);
    return new Repository(
        name, index, IndexReader.read(fetched.index(), index.toString()), endorsement, note);
  }

  private static UserError unreadable(String name, URI index, IOException e) {
    String what = name.equals(index.toString()) ? name : name + " (" + index + ")";
    return new UserError(
        "the repository " + what + " cannot be read: " + reason(index, e) + ".", e);
  }

  private static String reason(URI index, IOException e) {
    if (e instanceof java.net.UnknownHostException) {
      return "there is no host " + index.getHost();
    }
    if (e instanceof java.net.SocketTimeoutException) {
      return "it does not answer";
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /** A file that was fetched and is what it should be. */
  public record Verified(Path file, String sha256, Endorsement endorsement, URI from) {}

  /**
   * Fetches a bundle's file and verifies it.
   *
   * @param into the file to write
   * @throws InvalidSignature when it is not what the index says, or what was signed
   */
  public Verified fetch(BundleResource bundle, Path into, TrustStore trust) {
    Content content =
        bundle
            .content()
            .orElseThrow(
                () ->
                    new UserError(
                        "the index "
                            + index
                            + " does not say where the file of "
                            + bundle
                            + " is, or not its SHA-256 and size."));
    URI address = address(content, bundle);
    String sha256 = download(address, into, content.size(), bundle.toString());
    if (!sha256.equals(content.sha256())) {
      throw InvalidSignature.digest(
          "the file " + address + " of " + bundle, content.sha256(), sha256, "the index");
    }
    Endorsement by =
        endorsement.key().isPresent() ? endorsement : signature(address, sha256, trust);
    return new Verified(into, sha256, by, address);
  }

  private static Endorsement signature(URI address, String sha256, TrustStore trust) {
    try {
      return trust.endorsement(
          signature(address), SignatureFile.Kind.JAR, sha256, "the file " + address);
    } catch (IOException e) {
      throw new UserError(
          "the signature of " + address + " cannot be read: " + reason(address, e) + ".", e);
    }
  }

  /**
   * Fetches a jar that no index describes.
   *
   * @param into the file to write
   */
  public static Verified fetch(URI jar, Path into, TrustStore trust) {
    String sha256 = download(jar, into, JarReader.LARGEST_JAR, jar.toString());
    return new Verified(into, sha256, signature(jar, sha256, trust), jar);
  }

  private static String download(URI address, Path into, long limit, String what) {
    MessageDigest digest = Digests.sha256();
    try (OutputStream out = new DigestOutputStream(Files.newOutputStream(into), digest)) {
      Transport.copy(address, out, limit);
    } catch (java.nio.file.FileSystemException e) {
      throw Transport.isRemote(address)
          ? AtomicFiles.cannotWrite(into, e)
          : new UserError(
              what + " cannot be copied from " + address + ": " + e.getMessage() + ".", e);
    } catch (IOException e) {
      throw new UserError(what + " cannot be fetched: " + reason(address, e) + ".", e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Where a bundle's file is; an index cannot point out of its folder, or to a lesser protocol. */
  private URI address(Content content, BundleResource bundle) {
    URI address;
    try {
      address = index.resolve(content.url()).normalize();
    } catch (IllegalArgumentException e) {
      throw refused(bundle, content, "is no address", e);
    }
    if (!Transport.isRemote(index)) {
      Path folder = Path.of(index).getParent();
      if (Transport.isRemote(address) || !Path.of(address).normalize().startsWith(folder)) {
        throw refused(bundle, content, "leads out of the folder of the repository", null);
      }
    } else if (!Transport.isRemote(address)
        || (index.getScheme().equalsIgnoreCase("https")
            && !address.getScheme().equalsIgnoreCase("https"))) {
      throw refused(bundle, content, "is less secure than the repository", null);
    }
    return address;
  }

  private UserError refused(
      BundleResource bundle, Content content, String reason, Exception cause) {
    return new UserError(
        "the index "
            + index
            + " is refused: the address '"
            + content.url()
            + "' of "
            + bundle
            + " "
            + reason
            + ".",
        cause);
  }

  /** A line on it. */
  @Override
  public String toString() {
    return name + ", " + bundles.size() + " bundles, " + endorsement;
  }
}
