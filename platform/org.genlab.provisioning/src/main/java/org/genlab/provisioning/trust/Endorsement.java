package org.genlab.provisioning.trust;

import java.security.PublicKey;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Who stands behind a file, as a signature that was verified says.
 *
 * @param signer the name under which the key is trusted; empty when it is not, or nothing is signed
 * @param key 64 hexadecimal digits; empty when nothing is signed
 */
public record Endorsement(Optional<String> signer, Optional<String> key) {
  /** Of a file that has no signature. */
  public static final Endorsement NONE = new Endorsement(Optional.empty(), Optional.empty());

  static Endorsement by(Optional<String> signer, PublicKey key) {
    return new Endorsement(signer, Optional.of(HexFormat.of().formatHex(Keys.bytes(key))));
  }

  /** Whether a trusted key signed. */
  public boolean isTrusted() {
    return signer.isPresent();
  }

  /** {@code signed by alice}, {@code signed by the unknown key 12ab...}, {@code unsigned}. */
  @Override
  public String toString() {
    return signer
        .map(name -> "signed by " + name)
        .or(() -> key.map(k -> "signed by the unknown key " + k.substring(0, 16) + "..."))
        .orElse("unsigned");
  }
}
