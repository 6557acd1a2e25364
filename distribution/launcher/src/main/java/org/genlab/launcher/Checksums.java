package org.genlab.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the jars of a plugin directory must be: its file {@code SHA256SUMS}, in the format of {@code
 * sha256sum}. Jars that are not listed there were put into the directory by hand, and may be
 * anything.
 *
 * @param digests hexadecimal, by the name of the file
 */
record Checksums(Map<String, String> digests) {
  static final String FILE = "SHA256SUMS";

  private static final Pattern LINE = Pattern.compile("([0-9a-fA-F]{64}) [ *](.+)");

  Checksums {
    digests = Map.copyOf(digests);
  }

  /** Reads those of a directory; none when it has no such file. */
  static Checksums of(Path directory) throws LaunchException, IOException {
    Path file = directory.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return new Checksums(Map.of());
    }
    Map<String, String> digests = new HashMap<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      Matcher line = LINE.matcher(lines.get(i));
      if (line.matches()) {
        digests.put(line.group(2), line.group(1).toLowerCase(Locale.ROOT));
      } else if (!lines.get(i).isBlank()) {
        throw new LaunchException(
            String.format(
                "%s:%d: this line is not as in 'sha256sum *.jar > %s'; install the plugins of this"
                    + " directory again.",
                file, i + 1, FILE));
      }
    }
    return new Checksums(digests);
  }

  /** SHA-256, hexadecimal. */
  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
