/** What an installation, an update or a removal changes, and why one cannot be. */
@Export
@Version("1.0.0")
package org.genlab.provisioning.resolve;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
