/** Repositories of bundles: indexes in the format of the OSGi repository specification. */
@Export
@Version("1.0.0")
package org.genlab.provisioning.repository;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
