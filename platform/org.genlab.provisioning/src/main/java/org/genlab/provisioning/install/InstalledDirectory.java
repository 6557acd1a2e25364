package org.genlab.provisioning.install;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.genlab.store.AtomicFiles;
import org.genlab.store.UserError;

/**
 * The directory that plugins are installed in. Beside the jars it has {@code SHA256SUMS}, which
 * says what each must be, and {@code installed.json}, which says where it came from. Whatever
 * interrupts a change, each jar is either the old one or the new one, and whole.
 */
public final class InstalledDirectory {
  /** The file with digests, in the format of {@code sha256sum}. */
  public static final String SUMS = "SHA256SUMS";

  /** The file with origins. */
  public static final String ORIGINS = "installed.json";

  private static final String STAGING = ".staging";
  private static final String LOCK = ".lock";
  private static final Pattern SUM = Pattern.compile("([0-9a-f]{64}) [ *](.+)");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Path directory;

  /**
   * @param directory need not exist
   */
  public InstalledDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * Where a jar came from.
   *
   * @param bundle symbolic name
   * @param source the address or path of the file
   * @param remote whether it came over a network
   * @param signer the name under which the key that signed was trusted; empty when none was
   * @param key that signed, hexadecimal; empty when nothing was signed
   * @param time of the installation, as in ISO 8601
   * @param requested whether somebody asked for it
   */
  public record Origin(
      String bundle,
      String version,
      String sha256,
      String source,
      boolean remote,
      Optional<String> signer,
      Optional<String> key,
      String time,
      boolean requested) {
    Origin asRequested() {
      return new Origin(bundle, version, sha256, source, remote, signer, key, time, true);
    }
  }

  public Path path() {
    return directory;
  }

  /**
   * What each jar must be, by the names of the files; those that were put there by hand are not
   * listed.
   */
  public Map<String, String> sums() {
    Map<String, String> sums = new TreeMap<>();
    Path file = directory.resolve(SUMS);
    if (!Files.exists(file)) {
      return sums;
    }
    try {
      int number = 0;
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        number++;
        Matcher matcher = SUM.matcher(line);
        if (matcher.matches()) {
          sums.put(matcher.group(2), matcher.group(1));
        } else if (!line.isBlank()) {
          throw new UserError(
              file + ":" + number + ": a line must be a SHA-256 and a file, not '" + line + "'.");
        }
      }
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(file, e);
    }
    return sums;
  }

  /** Where the jars came from, by the names of the files. */
  public Map<String, Origin> origins() {
    Map<String, Origin> origins = new TreeMap<>();
    Path file = directory.resolve(ORIGINS);
    if (!Files.exists(file)) {
      return origins;
    }
    try {
      JsonNode root = JSON.readTree(Files.readAllBytes(file));
      root.path("bundles")
          .properties()
          .forEach(field -> origins.put(field.getKey(), origin(field.getValue())));
    } catch (JsonProcessingException e) {
      throw new UserError(
          file + " is damaged; remove it and install the plugins of the directory again.", e);
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(file, e);
    }
    return origins;
  }

  private static Origin origin(JsonNode node) {
    return new Origin(
        node.path("bundle").asText(),
        node.path("version").asText(),
        node.path("sha256").asText(),
        node.path("source").asText(),
        node.path("remote").asBoolean(),
        text(node, "signer"),
        text(node, "key"),
        node.path("time").asText(),
        node.path("requested").asBoolean(true));
  }

  private static Optional<String> text(JsonNode node, String name) {
    return node.hasNonNull(name) ? Optional.of(node.get(name).asText()) : Optional.empty();
  }

  private static byte[] json(Map<String, Origin> origins) throws JsonProcessingException {
    ObjectNode root = JSON.createObjectNode();
    ObjectNode bundles = root.putObject("bundles");
    origins.forEach(
        (file, origin) -> {
          ObjectNode node = bundles.putObject(file);
          node.put("bundle", origin.bundle());
          node.put("version", origin.version());
          node.put("sha256", origin.sha256());
          node.put("source", origin.source());
          node.put("remote", origin.remote());
          origin.signer().ifPresent(signer -> node.put("signer", signer));
          origin.key().ifPresent(key -> node.put("key", key));
          node.put("time", origin.time());
          node.put("requested", origin.requested());
        });
    return JSON.writeValueAsBytes(root);
  }

  /** A change of the directory, for one process at a time. */
  final class Change implements AutoCloseable {
    private final FileChannel lock;
    private final Path staging;

    private Change() throws IOException {
      Files.createDirectories(directory);
      lock =
          FileChannel.open(
              directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        lock.lock();
        // What an interrupted change left behind is of no use to anyone.
        clear();
        staging = Files.createDirectory(directory.resolve(STAGING));
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    }

    /** A file that can be written, and becomes one of the directory by {@link #apply}. */
    Path staged(String name) {
      return staging.resolve(name);
    }

    /**
     * Carries the change out.
     *
     * @param in staged files and where they came from, by their names
     * @param out names of files to remove
     */
    void apply(Map<String, Origin> in, Collection<String> out) throws IOException {
      Map<String, Origin> origins = origins();
      Map<String, String> sums = sums();
      in.forEach((file, origin) -> sums.put(file, origin.sha256()));
      // A jar that appears is listed already.
      write(sums);
      for (String file : in.keySet()) {
        Files.move(
            staged(file),
            directory.resolve(file),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      }
      for (String file : out) {
        if (!in.containsKey(file)) {
          Files.deleteIfExists(directory.resolve(file));
          origins.remove(file);
          sums.remove(file);
        }
      }
      origins.putAll(in);
      byte[] json = json(origins);
      AtomicFiles.write(directory.resolve(ORIGINS), stream -> stream.write(json));
      write(sums);
    }

    /** Notes that somebody asked for these. */
    void request(Collection<String> files) throws IOException {
      Map<String, Origin> origins = origins();
      files.forEach(file -> origins.computeIfPresent(file, (f, origin) -> origin.asRequested()));
      byte[] json = json(origins);
      AtomicFiles.write(directory.resolve(ORIGINS), stream -> stream.write(json));
    }

    private void write(Map<String, String> sums) {
      AtomicFiles.write(
          directory.resolve(SUMS),
          sums.entrySet().stream()
              .map(e -> e.getValue() + "  " + e.getKey() + "\n")
              .collect(Collectors.joining()));
    }

    private void clear() throws IOException {
      Path left = directory.resolve(STAGING);
      if (Files.isDirectory(left)) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(left)) {
          for (Path file : files) {
            Files.delete(file);
          }
        }
        Files.delete(left);
      }
    }

    @Override
    public void close() throws IOException {
      try (lock) {
        clear();
      }
    }
  }

  /**
   * Begins a change; waits for another process that makes one.
   *
   * @throws UserError when the directory cannot be written
   */
  Change change() {
    try {
      return new Change();
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(directory.resolve(SUMS), e);
    }
  }

  /** Files that an interrupted change, or somebody's copying, left behind. */
  List<Path> leftovers() {
    List<Path> left = new ArrayList<>();
    if (!Files.isDirectory(directory)) {
      return left;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (name.equals(STAGING)
            || name.matches("\\..*\\.tmp")
            || name.matches(".*\\.(part|crdownload|partial|filepart)")) {
          left.add(file);
        }
      }
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(directory, e);
    }
    left.sort(null);
    return left;
  }
}
