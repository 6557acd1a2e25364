package org.genlab.benchmarks;

/**
 * A way to write a workload in PyTorch. Which is the fastest depends on the sizes and the machine.
 *
 * @param name what is particular to it
 * @param program the loss
 */
record Formulation(String name, TorchProgram program) {}
