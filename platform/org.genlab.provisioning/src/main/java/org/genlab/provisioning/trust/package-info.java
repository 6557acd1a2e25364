/** Signatures, the keys that are trusted, and what is asked of a source. */
@Export
@Version("1.0.0")
package org.genlab.provisioning.trust;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
