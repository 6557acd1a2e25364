/** What bundles offer and need, as their manifests say it, in the terms of the OSGi resolver. */
@Export
@Version("1.0.0")
package org.genlab.provisioning.bundles;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
