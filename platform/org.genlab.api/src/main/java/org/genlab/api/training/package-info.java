/** Training: optimizers, regularizers, the objective and procedures. */
@Export
@Version("1.0.0")
package org.genlab.api.training;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
