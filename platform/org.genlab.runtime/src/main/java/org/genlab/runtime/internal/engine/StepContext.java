package org.genlab.runtime.internal.engine;

import org.genlab.api.training.Optimizer;
import org.genlab.api.training.Regularizer;
import org.genlab.tensor.random.RandomStream;

/**
 * What a plugin may know of a step.
 *
 * @param path of the plugin
 * @param model the name of the model it acts on; each has random numbers of its own
 */
record StepContext(Services services, String path, String model, long step, long totalSteps)
    implements Regularizer.Context, Optimizer.Context {
  @Override
  public RandomStream random(String name) {
    String stream = model.equals(RunTraining.MAIN) ? name : model + "/" + name;
    return services.randomness(path).stream(stream, step);
  }
}
