/** Reports: one self-contained page and the plots of a study or a run, from its directory. */
@Export
@Version("1.0.0")
package org.genlab.study.report;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
