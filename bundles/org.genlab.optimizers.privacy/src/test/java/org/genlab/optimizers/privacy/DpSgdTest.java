package org.genlab.optimizers.privacy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.lang.reflect.Proxy;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.Optimizer.Context;
import org.genlab.api.training.Schedule;
import org.genlab.api.training.State;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class DpSgdTest {
  private static LossFunction loss(Tensor gradients) {
    return (LossFunction)
        Proxy.newProxyInstance(
            LossFunction.class.getClassLoader(),
            new Class<?>[] {LossFunction.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "value" -> Tensor.scalar(7);
                  case "perExampleGradients" -> gradients;
                  default -> throw new AssertionError(method.getName());
                });
  }

  private static Context context(long step) {
    return (Context)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "step" -> step;
                  case "totalSteps" -> 100L;
                  case "random" -> RandomStream.of(step, (String) arguments[0]);
                  default -> throw new AssertionError(method.getName());
                });
  }

  private static Optimizer.Step step(
      double clip, double noise, Tensor at, Tensor gradients, long step) {
    ParameterLayout layout = ParameterLayout.builder().add("w", Role.WEIGHT, at.size()).build();
    return new DpSgd(new DpSgd.Settings(0.5, clip, noise, Schedule.constant()))
        .step(new Parameters(layout, at), loss(gradients), State.empty(), context(step));
  }

  /** Gradients (3, 4), of norm 5, and (0, 0.5). */
  private static final Tensor TWO = Tensor.of(new float[] {3, 4, 0, 0.5f}, 2, 2);

  @Test
  void gradientsOfExamplesAreClippedBeforeTheyAreAdded() {
    Optimizer.Step step = step(1, 0, Tensor.ones(2), TWO, 0);
    // ((0.6, 0.8) + (0, 0.5)) / 2 = (0.3, 0.65)
    assertArrayEquals(new float[] {0.85f, 0.675f}, step.parameters().flat().toArray(), 1e-6f);
    assertEquals(7, step.loss());
    assertEquals(0.5, step.diagnostics().get("clipped"));
    assertEquals(0.5, step.diagnostics().get("learning-rate"));
  }

  @Test
  void withoutLimitAndNoiseItIsGradientDescent() {
    Optimizer.Step step = step(1e6, 0, Tensor.ones(2), TWO, 0);
    assertArrayEquals(new float[] {0.25f, -0.125f}, step.parameters().flat().toArray(), 1e-6f);
    assertEquals(0, step.diagnostics().get("clipped"));
  }

  /** The noise of a step is eta sigma C / B = 0.5 * 3 * 2 / 4. */
  @Test
  void noiseHasItsScale() {
    int n = 20000;
    Tensor zeros = Tensor.zeros(n);
    float[] moved = step(2, 3, zeros, Tensor.zeros(4, n), 5).parameters().flat().toArray();
    double sum = 0;
    double squares = 0;
    for (float v : moved) {
      sum += v / n;
      squares += (double) v * v / n;
    }
    assertEquals(0, sum, 0.02);
    assertEquals(0.75, Math.sqrt(squares), 0.015);
    float[] other = step(2, 3, zeros, Tensor.zeros(4, n), 6).parameters().flat().toArray();
    assertNotEquals(moved[0], other[0]);
  }
}
