package org.genlab.provisioning.repository;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.genlab.provisioning.bundles.BundleResource;
import org.genlab.provisioning.bundles.Content;
import org.genlab.provisioning.bundles.JarReader;
import org.genlab.provisioning.trust.Endorsement;
import org.genlab.provisioning.trust.SignatureFile;
import org.genlab.provisioning.trust.SigningKey;
import org.genlab.store.AtomicFiles;
import org.genlab.store.Digests;
import org.genlab.store.UserError;

/** A folder with jars, at any depth. */
public final class Folder {
  private static final int DEPTH = 10;

  private Folder() {}

  /**
   * The bundles in a folder.
   *
   * @param skipped takes a sentence for each jar that is no bundle
   * @throws UserError when two jars are the same version of a bundle, or one is harmful
   */
  public static List<BundleResource> scan(Path folder, Consumer<String> skipped) {
    List<Path> jars;
    try (Stream<Path> files = Files.walk(folder, DEPTH)) {
      jars =
          files
              .filter(f -> f.getFileName().toString().endsWith(".jar") && Files.isRegularFile(f))
              .sorted()
              .toList();
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(folder, e);
    } catch (java.io.UncheckedIOException e) {
      throw AtomicFiles.cannotRead(folder, e.getCause());
    }
    List<BundleResource> bundles = new ArrayList<>();
    for (Path jar : jars) {
      BundleResource bundle;
      try {
        bundle = JarReader.read(jar, content(folder, jar));
      } catch (UserError e) {
        if (e.getCause() instanceof IllegalArgumentException) {
          skipped.accept(e.getMessage());
          continue;
        }
        throw e;
      }
      for (BundleResource other : bundles) {
        if (other.sameIdentity(bundle)) {
          throw new UserError(
              other.content().map(Content::url).orElse("")
                  + " and "
                  + folder.relativize(jar)
                  + " are both "
                  + bundle
                  + "; a repository has one file of each version.");
        }
      }
      bundles.add(bundle);
    }
    bundles.sort(BundleResource.ORDER);
    return bundles;
  }

  private static Content content(Path folder, Path jar) {
    URI base = folder.toAbsolutePath().toUri();
    try {
      return new Content(
          Digests.sha256(jar),
          base.relativize(jar.toAbsolutePath().toUri()).toString(),
          Files.size(jar));
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(jar, e);
    }
  }

  /** A folder without an index as a repository. */
  public static Repository repository(Path folder, Consumer<String> skipped) {
    return new Repository(
        folder.toString(),
        folder.toAbsolutePath().normalize().resolve("index.xml").toUri(),
        scan(folder, skipped),
        Endorsement.NONE,
        Optional.empty());
  }

  /**
   * Writes the index of a folder, and its signature beside it.
   *
   * @param key signs, or null; then a signature that is there is removed, for it would be wrong
   * @return the bundles of the index
   */
  public static List<BundleResource> index(
      Path folder, String name, SigningKey key, Consumer<String> skipped) {
    List<BundleResource> bundles = scan(folder, skipped);
    if (bundles.isEmpty()) {
      throw new UserError("there is no bundle in " + folder + ", so there is nothing to index.");
    }
    Path index = folder.resolve("index.xml");
    byte[] bytes = IndexWriter.write(name, bundles);
    try {
      Files.deleteIfExists(SignatureFile.beside(index));
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(SignatureFile.beside(index), e);
    }
    AtomicFiles.write(index, out -> out.write(bytes));
    if (key != null) {
      key.sign(SignatureFile.Kind.INDEX, index);
    }
    return bundles;
  }
}
