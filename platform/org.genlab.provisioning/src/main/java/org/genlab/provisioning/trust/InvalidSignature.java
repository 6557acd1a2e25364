package org.genlab.provisioning.trust;

import org.genlab.store.UserError;

/** Something is not what was signed or indexed. No option and no policy lets it through. */
public final class InvalidSignature extends UserError {
  private static final long serialVersionUID = 1L;

  InvalidSignature(String what, String reason, Throwable cause) {
    super(
        what
            + " is refused: "
            + reason
            + "; fetch it again, or ask whoever publishes it (no option overrides this).",
        cause);
  }

  /**
   * The refusal of a file whose digest is not the one it should have.
   *
   * @param by what says which digest it should have
   */
  public static InvalidSignature digest(String what, String expected, String actual, String by) {
    return new InvalidSignature(
        what,
        "its SHA-256 is " + shorten(actual) + ", and " + by + " says " + shorten(expected),
        null);
  }

  private static String shorten(String sha256) {
    return sha256.substring(0, 16) + "...";
  }
}
