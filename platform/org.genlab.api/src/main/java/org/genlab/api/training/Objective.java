package org.genlab.api.training;

import org.genlab.api.data.Batch;
import org.genlab.api.model.Output;
import org.genlab.tensor.Tensor;
import org.osgi.annotation.versioning.ProviderType;

/** The composed objective of a run (see {@link Regularizer}). */
@ProviderType
public interface Objective {
  /** The data term of predictions, [batch], as it is reported: without training-only hooks. */
  Tensor perExample(Output output, Batch batch);
}
