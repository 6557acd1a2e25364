package org.genlab.runtime.plugins;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The bundles that runs were made with, for when they are not installed any more; an OSGi service.
 * See {@link org.genlab.store.BundleArchive}. Thread-safe.
 */
@ProviderType
public interface PluginArchive {
  /**
   * Keeps the bundles of plugins, and those they have packages from.
   *
   * @return a sentence for each that could not be kept
   */
  List<String> keep(Collection<PluginDescriptor> plugins);

  /**
   * Makes an archived bundle available beside those that are installed. It is offered to nobody
   * else: only whoever opened it finds its plugins.
   *
   * @param sha256 of the jar, hexadecimal
   * @return empty when the archive has no such bundle
   * @throws PluginException when the bundle cannot be used with the platform of today; the sentence
   *     says why
   */
  Optional<Opened> open(String sha256);

  /** A bundle of the archive, in use until it is closed and the last lease on it has ended. */
  @ProviderType
  interface Opened extends AutoCloseable {
    /** The plugins in it. */
    List<PluginDescriptor> plugins();

    @Override
    void close();
  }
}
