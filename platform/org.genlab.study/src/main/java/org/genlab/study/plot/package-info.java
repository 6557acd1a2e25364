/**
 * Figures: curves over steps and points of runs, drawn once and rendered as SVG for light and dark
 * pages and as PNG.
 */
@Export
@Version("1.0.0")
package org.genlab.study.plot;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
