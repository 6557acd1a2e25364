package org.genlab.api.evaluation;

import org.genlab.api.data.Batch;
import org.genlab.tensor.Tensor;

/**
 * What a model says of all examples of a split.
 *
 * @param examples the examples
 * @param logits the model's output for them, first dimension the example
 * @param losses the data term of the objective for each, [examples]
 */
public record Predictions(Batch examples, Tensor logits, Tensor losses) {}
