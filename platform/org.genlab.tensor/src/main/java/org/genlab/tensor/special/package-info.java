/** Special functions of mathematics in double precision. */
@Export
@Version("1.0.0")
package org.genlab.tensor.special;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
