/** Why bundles cannot be used; for the launcher, and exported to bundles. */
@Export
@Version("1.0.0")
package org.genlab.launcher.diagnosis;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
