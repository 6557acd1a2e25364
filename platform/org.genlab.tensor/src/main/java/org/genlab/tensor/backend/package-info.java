/** What a compute backend implements; plugins never see it. */
@Export
@Version("1.0.0")
package org.genlab.tensor.backend;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
