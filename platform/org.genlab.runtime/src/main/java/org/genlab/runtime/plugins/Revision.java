package org.genlab.runtime.plugins;

/**
 * Exactly which plugin a run was wired with.
 *
 * @param path where it stands in the experiment, e.g. {@code optimizer} or {@code optimizer.base}
 * @param kind one of the constants of {@link org.genlab.api.Kind}
 * @param version of the plugin
 * @param bundle symbolic name of its bundle
 * @param bundleVersion version of its bundle
 * @param sha256 of the bundle's jar, hexadecimal; empty when it does not come from a jar
 * @param signer who signed the jar, see {@link Provenance}; empty when unknown
 */
public record Revision(
    String path,
    String kind,
    String id,
    String version,
    String bundle,
    String bundleVersion,
    String sha256,
    String signer) {
  /** Whether this is the same plugin of the same jar, wherever it stands and whoever signed it. */
  public boolean isSame(Revision other) {
    return kind.equals(other.kind)
        && id.equals(other.id)
        && version.equals(other.version)
        && bundle.equals(other.bundle)
        && bundleVersion.equals(other.bundleVersion)
        && sha256.equals(other.sha256);
  }

  /** {@code sam 1.2.0 of org.genlab.optimizers.sharpness 1.3.0 0123456789ab}. */
  public String describe() {
    return id
        + " "
        + version
        + " of "
        + bundle
        + " "
        + bundleVersion
        + (sha256.length() > 12 ? " " + sha256.substring(0, 12) : "");
  }

  /** Of a bundle whose signer is unknown. */
  public Revision(
      String path,
      String kind,
      String id,
      String version,
      String bundle,
      String bundleVersion,
      String sha256) {
    this(path, kind, id, version, bundle, bundleVersion, sha256, "");
  }
}
