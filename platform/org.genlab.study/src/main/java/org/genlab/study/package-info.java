/**
 * Studies: arms, seeds, claims and controls; their runs, their verdicts, the papers they are of.
 */
@Export
@Version("1.0.0")
package org.genlab.study;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
