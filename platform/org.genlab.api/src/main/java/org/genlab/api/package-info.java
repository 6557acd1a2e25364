/** What every plugin meets: the annotations that declare it and the services it may be given. */
@Export
@Version("1.0.0")
package org.genlab.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
