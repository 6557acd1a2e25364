/**
 * Measures GenLab against PyTorch: the same training steps, from the same parameters, alternately
 * in one process. Not part of what is shipped.
 */
package org.genlab.benchmarks;
