package org.genlab.provisioning.resolve;

import java.nio.file.Path;
import org.genlab.provisioning.bundles.BundleResource;

/**
 * A bundle in one of the plugin directories.
 *
 * @param file its jar
 * @param sha256 of the jar, hexadecimal
 * @param owned whether it lies in the directory that installations are written to, and so can be
 *     replaced and removed
 * @param requested whether somebody asked for it; false when it came because another one needs it
 */
public record Installed(
    BundleResource bundle, Path file, String sha256, boolean owned, boolean requested) {}
