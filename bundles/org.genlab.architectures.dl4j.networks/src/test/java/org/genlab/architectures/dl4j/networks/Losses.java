package org.genlab.architectures.dl4j.networks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.IntFunction;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Network;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.State;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** The cross-entropy of a network: its value, its gradient, and what training makes of it. */
final class Losses {
  private Losses() {}

  static Tensor loss(Network network, Tensor flat, Batch batch, Pass pass) {
    return network
        .forward(new Parameters(network.layout(), flat), batch, pass)
        .logits()
        .crossEntropy(batch.labels())
        .mean();
  }

  /** The gradient of a step at some coordinates against central differences of the loss. */
  static void assertGradient(Network network, Batch batch, boolean training) {
    Parameters parameters = network.initialize(RandomStream.of(3, "init"));
    Tensor flat = parameters.flat();
    Tensor variable = flat.variable();
    float[] gradient =
        Gradients.of(loss(network, variable, batch, new Pass(training, 4)), variable).toArray();
    float[] values = flat.toArray();
    double largest = 0;
    for (float g : gradient) {
      largest = Math.max(largest, Math.abs(g));
    }
    assertTrue(largest > 1e-3, "a gradient of " + largest);
    float h = 1e-2f;
    for (int i = 0; i < values.length; i += Math.max(1, values.length / 40)) {
      float before = values[i];
      values[i] = before + h;
      double up =
          loss(network, Tensor.of(values, values.length), batch, new Pass(training, 4)).item();
      values[i] = before - h;
      double down =
          loss(network, Tensor.of(values, values.length), batch, new Pass(training, 4)).item();
      values[i] = before;
      assertEquals((up - down) / (2 * h), gradient[i], 2e-2 * largest + 1e-4, "coordinate " + i);
    }
  }

  /** Where training ended, and the loss before each step. */
  record Trained(Parameters parameters, float[] losses) {
    /** That training took most of the loss away. */
    Trained assertFell() {
      float first = losses[0];
      float last = losses[losses.length - 1];
      assertTrue(last < first / 2, "the loss went from " + first + " to " + last);
      return this;
    }
  }

  /** Steps of an optimizer on one batch, from the network's initial parameters. */
  static Trained train(Network network, Optimizer optimizer, Batch batch, int steps) {
    return train(
        network.initialize(RandomStream.of(3, "init")),
        optimizer,
        step -> LossFunction.of(p -> loss(network, p.flat(), batch, new Pass(true, step)), batch),
        steps);
  }

  /** Steps of an optimizer, where the loss of a step is a function of its number. */
  static Trained train(
      Parameters initial, Optimizer optimizer, IntFunction<LossFunction> loss, int steps) {
    Parameters at = initial;
    State state = optimizer.initial(at);
    float[] losses = new float[steps];
    for (int t = 0; t < steps; t++) {
      Optimizer.Step step = optimizer.step(at, loss.apply(t), state, new Moment(t, steps));
      at = step.parameters();
      state = step.state();
      losses[t] = step.loss();
    }
    return new Trained(at, losses);
  }

  private record Moment(long step, long totalSteps) implements Optimizer.Context {
    @Override
    public RandomStream random(String name) {
      return RandomStream.of(5, name, step);
    }
  }
}
