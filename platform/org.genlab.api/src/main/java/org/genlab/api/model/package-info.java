/** Architectures: networks as pure functions of their parameters. */
@Export
@Version("1.0.0")
package org.genlab.api.model;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
