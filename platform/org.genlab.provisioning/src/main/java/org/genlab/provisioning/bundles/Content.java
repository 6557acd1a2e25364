package org.genlab.provisioning.bundles;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.osgi.resource.Capability;

/**
 * Where the file of a bundle is and what it must be.
 *
 * @param sha256 of the file, 64 hexadecimal digits in lower case
 * @param url of the file, absolute or relative to the index
 * @param size of the file in bytes
 */
public record Content(String sha256, String url, long size) {
  /** The namespace that the OSGi repository specification gives it. */
  public static final String NAMESPACE = "osgi.content";

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** Refuses what is no digest. */
  public Content {
    if (!SHA256.matcher(sha256).matches()) {
      throw new IllegalArgumentException("'" + sha256 + "' is no SHA-256 in hexadecimal digits");
    }
    if (size < 0) {
      throw new IllegalArgumentException("a file cannot have " + size + " bytes");
    }
  }

  /** Reads the capability; empty when it lacks one of the three. */
  static Optional<Content> of(Capability capability) {
    Map<String, Object> attributes = capability.getAttributes();
    return attributes.get(NAMESPACE) instanceof String sha256
            && attributes.get("url") instanceof String url
            && attributes.get("size") instanceof Long size
        ? Optional.of(new Content(sha256, url, size))
        : Optional.empty();
  }

  /** The capability that stands for this in an index. */
  public BundleResource.Clause clause() {
    return new BundleResource.Clause(
        NAMESPACE,
        Map.of(),
        Map.of(NAMESPACE, sha256, "url", url, "size", size, "mime", "application/vnd.osgi.bundle"));
  }
}
