package org.genlab.provisioning.trust;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.genlab.store.AtomicFiles;
import org.genlab.store.UserError;

/**
 * The keys that the user trusts, and what is asked of sources: in the user's configuration
 * directory, {@code trust/NAME.pub} for each key, and {@code policy} with a line for each kind of
 * source, as in {@code remote require}.
 */
public final class TrustStore {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}");
  private static final String SUFFIX = ".pub";

  private final Path directory;
  private final Path policyFile;

  /**
   * @param configuration the user's configuration directory, which need not exist
   */
  public TrustStore(Path configuration) {
    directory = configuration.resolve("trust");
    policyFile = configuration.resolve("policy");
  }

  /** Where something comes from. */
  public enum Source {
    /** Over a network. */
    REMOTE,
    /** From a file or folder. */
    LOCAL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What happens to what no trusted key has signed. */
  public enum Policy {
    /** It is refused. */
    REQUIRE,
    /** It is let through with a warning. */
    WARN,
    /** It is let through. */
    ALLOW;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The trusted keys by their names. */
  public Map<String, PublicKey> keys() {
    Map<String, PublicKey> keys = new TreeMap<>();
    if (!Files.isDirectory(directory)) {
      return keys;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        keys.put(name.substring(0, name.length() - SUFFIX.length()), Keys.readPublic(file));
      }
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(directory, e);
    }
    return keys;
  }

  /** The 32 bytes of a key, as origins of bundles name it. */
  public static String hexadecimal(PublicKey key) {
    return HexFormat.of().formatHex(Keys.bytes(key));
  }

  /**
   * Trusts a key from now on.
   *
   * @throws UserError when the name is taken by another key, or the key has another name
   */
  public void add(String name, PublicKey key) {
    if (!NAME.matcher(name).matches()) {
      throw new UserError(
          "'" + name + "' cannot name a key; a name has letters, digits and . _ @ + - only.");
    }
    for (Map.Entry<String, PublicKey> known : keys().entrySet()) {
      boolean same = known.getValue().equals(key);
      if (known.getKey().equals(name) && !same) {
        throw new UserError(
            "another key is trusted as "
                + name
                + "; 'genlab plugin trust remove "
                + name
                + "' removes it first.");
      }
      if (same && !known.getKey().equals(name)) {
        throw new UserError("this key is trusted already, as " + known.getKey() + ".");
      }
    }
    createDirectories(directory);
    AtomicFiles.write(directory.resolve(name + SUFFIX), Keys.pem(key));
  }

  /**
   * Trusts a key no longer.
   *
   * @throws UserError when there is none of that name
   */
  public void remove(String name) {
    Map<String, PublicKey> keys = keys();
    if (!keys.containsKey(name)) {
      throw new UserError(
          "no key is trusted as '"
              + name
              + "'; "
              + (keys.isEmpty()
                  ? "none is trusted."
                  : "there is " + String.join(", ", keys.keySet()) + "."));
    }
    Path file = directory.resolve(name + SUFFIX);
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(file, e);
    }
  }

  /**
   * Verifies a signature and looks its key up.
   *
   * @param signature the bytes of the signature file, or null when there is none
   * @param sha256 of the signed file
   * @param what the signed file, for messages
   * @throws InvalidSignature when it is not a signature of the file
   */
  public Endorsement endorsement(
      byte[] signature, SignatureFile.Kind kind, String sha256, String what) {
    if (signature == null) {
      return Endorsement.NONE;
    }
    PublicKey key = SignatureFile.verify(signature, kind, sha256, what);
    Optional<String> name =
        keys().entrySet().stream()
            .filter(known -> known.getValue().equals(key))
            .map(Map.Entry::getKey)
            .findFirst();
    return Endorsement.by(name, key);
  }

  /** The policy for each kind of source: what the file says, else require and warn. */
  public Map<Source, Policy> policies() {
    Map<Source, Policy> policies = new EnumMap<>(Source.class);
    policies.put(Source.REMOTE, Policy.REQUIRE);
    policies.put(Source.LOCAL, Policy.WARN);
    if (!Files.exists(policyFile)) {
      return policies;
    }
    try {
      int number = 0;
      for (String line : Files.readString(policyFile, StandardCharsets.UTF_8).split("\n", -1)) {
        number++;
        String text = line.strip();
        if (text.isEmpty() || text.startsWith("#")) {
          continue;
        }
        String[] words = text.split("\\s+", -1);
        if (words.length != 2) {
          throw malformed(number, text);
        }
        try {
          policies.put(
              Source.valueOf(words[0].toUpperCase(Locale.ROOT)),
              Policy.valueOf(words[1].toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
          throw malformed(number, text);
        }
      }
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(policyFile, e);
    }
    return policies;
  }

  private UserError malformed(int line, String text) {
    return new UserError(
        policyFile
            + ":"
            + line
            + ": a line must be 'remote' or 'local', then 'require', 'warn' or 'allow', not '"
            + text
            + "'.");
  }

  /** Sets the policy for a kind of source. */
  public void setPolicy(Source source, Policy policy) {
    Map<Source, Policy> policies = policies();
    policies.put(source, policy);
    createDirectories(policyFile.toAbsolutePath().getParent());
    AtomicFiles.write(
        policyFile,
        policies.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue() + "\n")
            .collect(Collectors.joining()));
  }

  /**
   * Decides whether something may be installed.
   *
   * @param policy for its source
   * @param what it is, for messages
   * @param warnings takes a sentence when it may be, with a warning
   * @throws UserError when it may not be
   */
  public static void judge(
      Policy policy,
      Source source,
      Endorsement endorsement,
      String what,
      Consumer<String> warnings) {
    if (endorsement.isTrusted() || policy == Policy.ALLOW) {
      return;
    }
    String fact =
        what
            + " is "
            + (endorsement.key().isEmpty()
                ? "not signed"
                : "signed by the key "
                    + endorsement.key().get().substring(0, 16)
                    + "..., which you do not trust");
    if (policy == Policy.WARN) {
      warnings.accept(fact + ".");
      return;
    }
    throw new UserError(
        fact
            + ", and what is "
            + source
            + " must be signed by a trusted key; "
            + (endorsement.key().isEmpty()
                ? "ask its author to sign it, or allow this once with --policy warn."
                : "'genlab plugin trust add NAME KEYFILE' trusts the key, --policy warn allows"
                    + " this once."));
  }

  private static void createDirectories(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(directory, e);
    }
  }
}
