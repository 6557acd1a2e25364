package org.example.signmomentum;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.genlab.api.Plugin;
import org.genlab.api.data.Batch;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.State;
import org.genlab.runtime.config.SettingsBinder;
import org.genlab.runtime.config.Yaml;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

/** Steps by hand, of either version. */
class StepsTest {
  private record Moment(long step) implements Optimizer.Context {
    @Override
    public long totalSteps() {
      return 2;
    }

    @Override
    public RandomStream random(String name) {
      return RandomStream.of(0, name, step);
    }
  }

  /** f(x, y) = x^2 + y^2 from (1, -2), with eta 1/4 and mu 1/2. */
  @Test
  void twoSteps() {
    SignMomentum.Settings settings =
        SettingsBinder.bind(
                SignMomentum.Settings.class,
                Yaml.parse("{learning-rate: 0.25, momentum: 0.5}", "settings"),
                "sign-momentum")
            .value();
    boolean decays =
        SignMomentum.class.getAnnotation(Plugin.class).version().startsWith("2.");
    double shrink = decays ? 1 - 0.25 * 0.01 : 1;
    SignMomentum optimizer = new SignMomentum(settings);
    ParameterLayout layout = ParameterLayout.builder().add("x", Role.WEIGHT, 2).build();
    Parameters now = new Parameters(layout, Tensor.of(new float[] {1, -2}, 2));
    LossFunction loss = LossFunction.of(p -> p.flat().square().sum(), Batch.of(1));
    State state = optimizer.initial(now);
    double x = 1;
    double y = -2;
    for (int t = 0; t < 2; t++) {
      Optimizer.Step step = optimizer.step(now, loss, state, new Moment(t));
      now = step.parameters();
      state = step.state();
      x = shrink * x - 0.25;
      y = shrink * y + 0.25;
      assertArrayEquals(new float[] {(float) x, (float) y}, now.flat().toArray(), 1e-6f);
    }
    // Gradients (2, -4), then about (1.5, -3.5): m = (1, -2), then (1.25, -2.75).
    float[] momentum = state.array("momentum").toArray();
    double second = shrink - 0.25;
    assertArrayEquals(
        new float[] {(float) (0.5 + second), (float) (-1 - (2 * shrink - 0.25))}, momentum, 1e-6f);
  }
}
