package org.genlab.provisioning.trust;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import org.genlab.store.AtomicFiles;
import org.genlab.store.Digests;
import org.genlab.store.UserError;

/** A pair of keys that can sign. */
public final class SigningKey {
  private final PrivateKey key;
  private final PublicKey shared;

  private SigningKey(PrivateKey key, PublicKey shared) {
    this.key = key;
    this.shared = shared;
  }

  /**
   * Reads a private key, and the public key from the file beside it.
   *
   * @throws UserError when one of them is missing, or they do not belong together
   */
  public static SigningKey read(Path file) {
    PrivateKey key = Keys.readPrivate(file);
    Path beside = file.resolveSibling(file.getFileName() + ".pub");
    if (!Files.exists(beside)) {
      throw new UserError(
          "the public key of "
              + file
              + " is missing: it must be in "
              + beside
              + " ('openssl pkey -in "
              + file
              + " -pubout -out "
              + beside
              + "' writes it).");
    }
    SigningKey pair = new SigningKey(key, Keys.readPublic(beside));
    try {
      String digest = "0".repeat(64);
      byte[] trial =
          pair.sign(SignatureFile.Kind.JAR, digest)
              .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      SignatureFile.verify(trial, SignatureFile.Kind.JAR, digest, "");
    } catch (InvalidSignature e) {
      throw new UserError(beside + " is the public key of another key than " + file + ".", e);
    }
    return pair;
  }

  /** The text of a signature file. */
  public String sign(SignatureFile.Kind kind, String sha256) {
    return SignatureFile.sign(kind, sha256, key, shared);
  }

  /**
   * Signs a file and writes the signature beside it.
   *
   * @return the file with the signature
   */
  public Path sign(SignatureFile.Kind kind, Path file) {
    Path signature = SignatureFile.beside(file);
    AtomicFiles.write(signature, sign(kind, Digests.sha256(file)));
    return signature;
  }
}
