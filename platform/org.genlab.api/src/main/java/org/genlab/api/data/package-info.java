/** Datasets: what an example is, how examples are grouped into splits and batches. */
@Export
@Version("1.0.0")
package org.genlab.api.data;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
