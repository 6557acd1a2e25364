/** The backend that computes with ND4J, on a processor or a CUDA device. */
@Export
@Version("1.0.0")
package org.genlab.compute.nd4j;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
