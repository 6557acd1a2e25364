/** The directory that bundles are installed in, and what is wrong with an installation. */
@Export
@Version("1.0.0")
package org.genlab.provisioning.install;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
