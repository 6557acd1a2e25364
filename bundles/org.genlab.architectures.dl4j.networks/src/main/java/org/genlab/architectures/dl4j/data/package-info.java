/**
 * Conversion between DeepLearning4J and GenLab: arrays and tensors, iterators of minibatches and
 * datasets. There while the compute layer is installed.
 */
@Export
@Version("1.0.0")
package org.genlab.architectures.dl4j.data;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
