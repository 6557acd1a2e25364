package org.genlab.runtime.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.genlab.store.UserError;

/**
 * Reads YAML 1.2 (core schema) into {@linkplain Node nodes}. Safe on untrusted text: no tags, no
 * object construction, bounded size, depth and expansion of aliases.
 */
public final class Yaml {
  /** The largest file that is read, in bytes. */
  static final int MAX_BYTES = 1 << 20;

  private Yaml() {}

  /**
   * Reads a file.
   *
   * @throws UserError when it is missing, unreadable or no valid YAML; the message names file and
   *     line
   */
  public static Node parse(Path file) {
    if (!Files.exists(file)) {
      throw new UserError(
          "there is no file '" + file + "'" + siblingHint(file) + "; give the path of a YAML file");
    }
    if (Files.isDirectory(file)) {
      throw new UserError("'" + file + "' is a directory; give the path of a YAML file");
    }
    byte[] bytes;
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new UserError(
            "'" + file + "' has " + Files.size(file) + " bytes; a configuration may have 1 MiB");
      }
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UserError(
          "cannot read '" + file + "': " + (Files.isReadable(file) ? e : "permission denied"), e);
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString();
      return parse(text, file.toString());
    } catch (CharacterCodingException e) {
      throw new UserError("'" + file + "' is not UTF-8 text; save it as UTF-8", e);
    }
  }

  /**
   * Reads a text.
   *
   * @param source the name of the text in messages
   * @throws UserError when it is no valid YAML
   */
  public static Node parse(String text, String source) {
    return new YamlReader(source, null).read(text);
  }

  /** Reads a short text, all of whose nodes are said to stand at one place. */
  public static Node parse(String text, Location where) {
    return new YamlReader(where.source(), where).read(text);
  }

  private static String siblingHint(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    Path name = file.getFileName();
    if (directory == null || name == null || !Files.isDirectory(directory)) {
      return "";
    }
    try (var siblings = Files.list(directory)) {
      var names =
          siblings
              .map(p -> p.getFileName().toString())
              .filter(n -> n.endsWith(".yaml") || n.endsWith(".yml"))
              .sorted()
              .toList();
      return Nearest.of(name.toString(), names).map(n -> " (but a '" + n + "')").orElse("");
    } catch (IOException e) {
      return "";
    }
  }
}
