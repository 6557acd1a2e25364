/** Counter-based random numbers. */
@Export
@Version("1.0.0")
package org.genlab.tensor.random;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
