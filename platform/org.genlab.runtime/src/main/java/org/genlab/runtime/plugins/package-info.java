/** Which plugins there are, their settings, and how they are wired into a pipeline. */
@Export
@Version("1.0.0")
package org.genlab.runtime.plugins;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
