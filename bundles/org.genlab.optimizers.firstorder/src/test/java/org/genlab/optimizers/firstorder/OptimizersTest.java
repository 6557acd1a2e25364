package org.genlab.optimizers.firstorder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.genlab.api.SettingException;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.Schedule;
import org.genlab.api.training.State;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;

class OptimizersTest {
  private static final List<Role> ALL = List.of(Role.values());
  private static final Schedule CONSTANT = Schedule.constant();

  private static Problem quadratic(double curvature) {
    return new Problem(new double[][] {{curvature}}, new double[] {0});
  }

  /** A loss that is zero everywhere. */
  private static Problem flat(int n) {
    return new Problem(new double[n][n], new double[n]);
  }

  private static AdamW adamw(double rate, double decay, Towards towards, List<Role> roles) {
    return new AdamW(
        new AdamW.Settings(rate, List.of(0.9, 0.98), 1e-8, decay, towards, roles, CONSTANT, 0));
  }

  @Test
  void sgdOnAQuadraticDecaysGeometrically() {
    Sgd sgd = new Sgd(new Sgd.Settings(0.1, 0, false, 0, CONSTANT, 0));
    double[][] path = quadratic(3).run(sgd, Problem.at(2), 15);
    for (int t = 0; t < path.length; t++) {
      assertEquals(2 * Math.pow(1 - 0.1 * 3, t + 1), path[t][0], 1e-6);
    }
  }

  /**
   * x(t+1) = (1 + mu - eta a) x(t) - mu x(t-1). With mu = 1/4 and eta a = 1/4 the characteristic
   * polynomial is (z - 1/2)^2, so x(t) = (1 + t/2) / 2^t from x(0) = 1, x(1) = 3/4.
   */
  @Test
  void momentumOnAQuadraticIsCriticallyDamped() {
    Sgd sgd = new Sgd(new Sgd.Settings(0.25, 0.25, false, 0, CONSTANT, 0));
    double[][] path = quadratic(1).run(sgd, Problem.at(1), 12);
    for (int t = 1; t <= path.length; t++) {
      assertEquals((1 + t / 2.0) * Math.pow(0.5, t), path[t - 1][0], 1e-6);
    }
  }

  @Test
  void coupledDecayOfSgdShrinks() {
    Sgd sgd = new Sgd(new Sgd.Settings(0.5, 0, false, 0.2, CONSTANT, 0));
    assertEquals(Math.pow(0.9, 5), flat(1).run(sgd, Problem.at(1), 5)[4][0], 1e-6);
  }

  @Test
  void firstStepOfAdamIsTheLearningRateAgainstTheSign() {
    Adam adam =
        new Adam(
            new Adam.Settings(0.01, List.of(0.9, 0.999), 1e-8, 0, Towards.ZERO, ALL, CONSTANT, 0));
    Problem slopes =
        new Problem(new double[3][3], new double[] {-1000, 0.001, -2}); // gradient = -b
    double[] x = slopes.run(adam, Problem.at(0, 0, 0), 1)[0];
    assertArrayEquals(new double[] {-0.01, 0.01, -0.01}, x, 1e-6);
  }

  @Test
  void decoupledDecayShrinksByRateTimesDecay() {
    double[][] path = flat(1).run(adamw(0.1, 0.5, Towards.ZERO, ALL), Problem.at(4), 10);
    for (int t = 0; t < path.length; t++) {
      assertEquals(4 * Math.pow(1 - 0.05, t + 1), path[t][0], 1e-5);
    }
  }

  @Test
  void coupledDecayOfAdamDoesNotDependOnTheSizeOfTheWeight() {
    Adam adam =
        new Adam(
            new Adam.Settings(
                0.01, List.of(0.9, 0.999), 1e-8, 0.1, Towards.ZERO, ALL, CONSTANT, 0));
    double[] x = flat(2).run(adam, Problem.at(5, 50), 1)[0];
    assertArrayEquals(new double[] {4.99, 49.99}, x, 1e-4);
  }

  @Test
  void decayTowardsTheInitializationPullsBackThere() {
    AdamW optimizer = adamw(0.1, 0.5, Towards.INITIALIZATION, ALL);
    Problem flat = flat(1);
    Parameters start = Problem.at(3);
    State state = optimizer.initial(start);
    assertEquals(3, flat.run(optimizer, start, 5)[4][0], "nothing pulls at the initial values");
    Optimizer.Step step =
        optimizer.step(start.with(Tensor.of(new float[] {5}, 1)), flat, state, steps(0));
    assertEquals(5 - 0.05 * (5 - 3), step.parameters().flat().item(), 1e-6);
  }

  @Test
  void onlyTheChosenRolesDecay() {
    ParameterLayout layout =
        ParameterLayout.builder()
            .add("weight", Role.WEIGHT, 1)
            .add("bias", Role.BIAS, 1)
            .add("scale", Role.NORM, 1)
            .add("embedding", Role.EMBEDDING, 1)
            .build();
    Parameters ones = new Parameters(layout, Tensor.ones(4));
    AdamW optimizer = adamw(0.1, 1, Towards.ZERO, List.of(Role.WEIGHT, Role.EMBEDDING));
    Tensor moved =
        optimizer.step(ones, flat(4), optimizer.initial(ones), steps(0)).parameters().flat();
    assertArrayEquals(new float[] {0.9f, 1, 1, 0.9f}, moved.toArray(), 1e-7f);
  }

  @Test
  void theScheduleScalesRateAndDecay() {
    Schedule warmup = new Schedule(Schedule.Shape.CONSTANT, 4, 0, 1000, 0.1);
    AdamW optimizer =
        new AdamW(
            new AdamW.Settings(0.1, List.of(0.9, 0.98), 1e-8, 1, Towards.ZERO, ALL, warmup, 0));
    double[][] path = flat(1).run(optimizer, Problem.at(1), 5);
    double x = 1;
    double[] factors = {0.25, 0.5, 0.75, 1, 1};
    for (int t = 0; t < factors.length; t++) {
      x *= 1 - 0.1 * factors[t];
      assertEquals(x, path[t][0], 1e-6);
    }
  }

  @Test
  void clippingLimitsTheNormAndKeepsTheDirection() {
    Problem slope = new Problem(new double[2][2], new double[] {-3, -4});
    Sgd clipped = new Sgd(new Sgd.Settings(1, 0, false, 0, CONSTANT, 0.5));
    assertArrayEquals(new double[] {-0.3, -0.4}, slope.run(clipped, Problem.at(0, 0), 1)[0], 1e-6);
    Sgd loose = new Sgd(new Sgd.Settings(1, 0, false, 0, CONSTANT, 6));
    assertArrayEquals(new double[] {-3, -4}, slope.run(loose, Problem.at(0, 0), 1)[0], 1e-6);
    Optimizer.Step step = clipped.step(Problem.at(0, 0), slope, State.empty(), steps(0));
    assertEquals(5, step.diagnostics().get("gradient-norm"), 1e-5);
    assertEquals(1, step.diagnostics().get("learning-rate"));
  }

  @Test
  void aStepLeavesItsArgumentsAlone() {
    AdamW optimizer = adamw(0.1, 1, Towards.ZERO, ALL);
    Parameters x = Problem.at(1, 2);
    State state = optimizer.initial(x);
    Problem problem = new Problem(new double[2][2], new double[] {1, 1});
    float[] first = optimizer.step(x, problem, state, steps(0)).parameters().flat().toArray();
    float[] again = optimizer.step(x, problem, state, steps(0)).parameters().flat().toArray();
    assertArrayEquals(first, again);
    assertArrayEquals(new float[] {1, 2}, x.flat().toArray());
    assertEquals(0, state.number("steps"));
  }

  @Test
  void stateIsNoLargerThanNeeded() {
    Parameters x = Problem.at(1, 2);
    assertTrue(new Sgd(new Sgd.Settings(1, 0, false, 0, CONSTANT, 0)).initial(x).isEmpty());
    assertFalse(adamw(1, 1, Towards.ZERO, ALL).initial(x).has("initial"));
    assertTrue(adamw(1, 1, Towards.INITIALIZATION, ALL).initial(x).has("initial"));
  }

  @Test
  void settingsThatDoNotFitAreRefused() {
    assertEquals(
        "nesterov",
        assertThrows(SettingException.class, () -> new Sgd.Settings(1, 0, true, 0, CONSTANT, 0))
            .setting());
    assertEquals(
        "betas",
        assertThrows(
                SettingException.class,
                () -> new AdamW.Settings(1, List.of(0.9), 1e-8, 0, Towards.ZERO, ALL, CONSTANT, 0))
            .setting());
  }

  private static Optimizer.Context steps(long step) {
    return new Problem.Steps(step, 10);
  }
}
