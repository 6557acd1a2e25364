package org.genlab.tensor;

/**
 * Values in order along an axis, and where they stood.
 *
 * @param values differentiable: the gradient of a value goes to where it stood
 * @param indices of the same shape: positions along the axis
 */
public record Sorted(Tensor values, IntTensor indices) {}
