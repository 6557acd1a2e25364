/** Evaluation: metrics of one run and analyses across runs. */
@Export
@Version("1.0.0")
package org.genlab.api.evaluation;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
