/** Configuration as a tree whose nodes know their file and line. */
@Export
@Version("1.0.0")
package org.genlab.runtime.config;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
