/** The running laboratory: a queue of runs, their control from other processes, watched plugins. */
@Export
@Version("1.0.0")
package org.genlab.lab;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
