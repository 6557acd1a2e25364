package org.genlab.runtime.internal.engine;

import org.genlab.api.data.Batch;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Model;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.State;

/**
 * A model at one moment, as metrics see it: it can be read and asked, not changed.
 *
 * @param parameters those by which the optimizer would have the model judged
 */
record MeasuredModel(
    TrainedModel model,
    ComposedObjective objective,
    Parameters parameters,
    State buffers,
    State optimizerState)
    implements Model {
  @Override
  public String name() {
    return model.name();
  }

  @Override
  public Network network() {
    return model.network();
  }

  @Override
  public Parameters initialParameters() {
    return model.initialParameters();
  }

  @Override
  public void setParameters(Parameters values) {
    throw refusal();
  }

  @Override
  public void setBuffers(State state) {
    throw refusal();
  }

  @Override
  public void setOptimizerState(State state) {
    throw refusal();
  }

  private static IllegalStateException refusal() {
    return new IllegalStateException("a metric never changes what it measures");
  }

  @Override
  public Output predict(Batch batch) {
    return objective.forward(model, parameters, batch, ComposedObjective.Mode.EVALUATION);
  }

  @Override
  public Output predict(Batch batch, Forward.Hook hook) {
    return objective.evaluate(model, parameters, batch, hook);
  }
}
