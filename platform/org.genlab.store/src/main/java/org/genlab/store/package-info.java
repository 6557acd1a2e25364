/** Run directories: what is written, how it is verified and read back. */
@Export
@Version("1.0.0")
package org.genlab.store;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
