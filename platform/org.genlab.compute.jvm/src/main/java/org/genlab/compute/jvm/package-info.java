/** The backend that computes on the JVM's heap with the Vector API. */
@Export
@Version("1.0.0")
package org.genlab.compute.jvm;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
