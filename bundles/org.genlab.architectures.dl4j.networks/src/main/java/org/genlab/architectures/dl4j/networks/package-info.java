/** DL4J networks as GenLab's. */
package org.genlab.architectures.dl4j.networks;
