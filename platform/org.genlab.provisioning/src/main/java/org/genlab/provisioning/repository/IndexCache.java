package org.genlab.provisioning.repository;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.genlab.provisioning.repository.Repository.Fetched;
import org.genlab.store.AtomicFiles;
import org.genlab.store.Digests;
import org.genlab.store.UserError;

/** The last index that was fetched from an address, kept with its digest for when it is offline. */
final class IndexCache {
  private static final String INDEX = "index.xml";
  private static final String SIGNATURE = "index.xml.sig";
  private static final String DIGEST = "SHA256SUMS";

  private final Path directory;
  private final URI address;

  IndexCache(Path root, URI address) {
    this.address = address;
    directory =
        root.resolve(
            Digests.sha256(address.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 32));
  }

  /** What was fetched, and when. */
  record Entry(Fetched content, Instant fetched) {}

  /** Keeps an index. A cache that cannot be written does no harm. */
  void put(Fetched fetched) {
    try {
      Files.createDirectories(directory);
      // Without its digest the entry does not count until it is whole again.
      Files.deleteIfExists(directory.resolve(DIGEST));
      AtomicFiles.write(directory.resolve(INDEX), out -> out.write(fetched.index()));
      if (fetched.signature() == null) {
        Files.deleteIfExists(directory.resolve(SIGNATURE));
      } else {
        AtomicFiles.write(directory.resolve(SIGNATURE), out -> out.write(fetched.signature()));
      }
      AtomicFiles.write(directory.resolve(DIGEST), digests(fetched) + "# " + address + "\n");
    } catch (IOException | UserError e) {
      // The next use fetches again.
    }
  }

  private static String digests(Fetched fetched) {
    return Digests.sha256(fetched.index())
        + "  "
        + INDEX
        + "\n"
        + (fetched.signature() == null
            ? ""
            : Digests.sha256(fetched.signature()) + "  " + SIGNATURE + "\n");
  }

  /** What is kept; empty when there is nothing, or it was changed since. */
  Optional<Entry> get() {
    try {
      Path signature = directory.resolve(SIGNATURE);
      Fetched kept =
          new Fetched(
              Files.readAllBytes(directory.resolve(INDEX)),
              Files.exists(signature) ? Files.readAllBytes(signature) : null);
      Path digest = directory.resolve(DIGEST);
      return Files.readString(digest).startsWith(digests(kept))
          ? Optional.of(new Entry(kept, Files.getLastModifiedTime(digest).toInstant()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
