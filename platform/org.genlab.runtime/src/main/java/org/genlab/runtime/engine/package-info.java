/** Running an experiment: steps, evaluations, checkpoints, events. */
@Export
@Version("1.0.0")
package org.genlab.runtime.engine;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
