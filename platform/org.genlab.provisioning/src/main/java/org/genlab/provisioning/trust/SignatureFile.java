package org.genlab.provisioning.trust;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.genlab.store.UserError;

/**
 * A signature beside what it signs, in a file whose name ends in {@code .sig}: three lines of
 * ASCII, {@code genlab-signature 1}, {@code key} and {@code signature} with hexadecimal digits.
 * What is signed (Ed25519) is the text {@code genlab-signature 1 KIND sha256 DIGEST}, so that a
 * signature of an index is none of a jar. There is exactly one way to write a signature: any other
 * file is refused.
 */
public final class SignatureFile {
  /** What is appended to the name of the signed file. */
  public static final String SUFFIX = ".sig";

  /** The length of every signature file. */
  public static final int LENGTH = 227;

  private static final Pattern FORM =
      Pattern.compile("genlab-signature 1\nkey ([0-9a-f]{64})\nsignature ([0-9a-f]{128})\n");

  private SignatureFile() {}

  /** What is signed. */
  public enum Kind {
    INDEX("index"),
    JAR("jar");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  /** The file beside another that has its signature. */
  public static Path beside(Path file) {
    return file.resolveSibling(file.getFileName() + SUFFIX);
  }

  /**
   * Signs.
   *
   * @param sha256 of the file, hexadecimal
   * @return the text of the signature file
   */
  public static String sign(Kind kind, String sha256, PrivateKey key, PublicKey shared) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(key);
      signature.update(statement(kind, sha256));
      HexFormat hex = HexFormat.of();
      return "genlab-signature 1\nkey "
          + hex.formatHex(Keys.bytes(shared))
          + "\nsignature "
          + hex.formatHex(signature.sign())
          + "\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Ed25519 failed to sign", e);
    }
  }

  /**
   * Verifies a signature.
   *
   * @param file the bytes of the signature file
   * @param sha256 of the signed file, hexadecimal
   * @param what the signed file, for messages
   * @return the key that signed
   * @throws InvalidSignature when it is not a signature of this file
   */
  public static PublicKey verify(byte[] file, Kind kind, String sha256, String what) {
    Matcher form = FORM.matcher(new String(file, StandardCharsets.ISO_8859_1));
    if (!form.matches()) {
      throw new InvalidSignature(what, "its signature file is damaged", null);
    }
    try {
      PublicKey key = Keys.ofBytes(HexFormat.of().parseHex(form.group(1)));
      Signature signature = Signature.getInstance("Ed25519");
      signature.initVerify(key);
      signature.update(statement(kind, sha256));
      if (signature.verify(HexFormat.of().parseHex(form.group(2)))) {
        return key;
      }
      throw new InvalidSignature(
          what, "the signature is of other content, or one of the two was changed", null);
    } catch (GeneralSecurityException | UserError e) {
      if (e instanceof InvalidSignature invalid) {
        throw invalid;
      }
      throw new InvalidSignature(what, "the signature is malformed", e);
    }
  }

  private static byte[] statement(Kind kind, String sha256) {
    return ("genlab-signature 1 " + kind.word + " sha256 " + sha256)
        .getBytes(StandardCharsets.US_ASCII);
  }
}
