package org.genlab.optimizers.sharpness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.genlab.api.SettingException;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.Schedule;
import org.genlab.api.training.State;
import org.genlab.optimizers.firstorder.AdamW;
import org.genlab.optimizers.firstorder.Sgd;
import org.genlab.optimizers.firstorder.Towards;
import org.genlab.optimizers.sharpness.Sam.Perturb;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SamTest {
  private static Sgd sgd(double rate, double momentum, double decay) {
    return new Sgd(new Sgd.Settings(rate, momentum, false, decay, Schedule.constant(), 0));
  }

  private static AdamW adamw() {
    return new AdamW(
        new AdamW.Settings(
            0.05,
            List.of(0.9, 0.98),
            1e-8,
            0.1,
            Towards.ZERO,
            List.of(Role.values()),
            Schedule.constant(),
            0));
  }

  private static Sam sam(double rho, Optimizer base) {
    return new Sam(new Sam.Settings(rho, false, 0.01, Perturb.ALL), base);
  }

  private static Sam asam(double rho, double eta, Optimizer base) {
    return new Sam(new Sam.Settings(rho, true, eta, Perturb.ALL), base);
  }

  private static Optimizer.Step first(Optimizer optimizer, Parameters at, LossFunction loss) {
    return optimizer.step(at, loss, optimizer.initial(at), new Basin.Steps(0));
  }

  private static double[] values(Optimizer.Step step) {
    return Basin.doubles(step.parameters().flat().toArray());
  }

  /**
   * On x^2/2 + y^2 at (3, 2) the gradient is (3, 4), of norm 5, so with rho = 1/2 the worst point
   * is (3.3, 2.4), where the gradient is (3.3, 4.8) and the loss 11.205 instead of 8.5.
   */
  @Test
  void stepsWithTheGradientAtTheWorstPointOfTheBall() {
    Basin loss = Basin.quadratic(1, 2);
    Optimizer.Step step = first(sam(0.5, sgd(0.1, 0, 0)), Basin.at(3, 2), loss);
    assertArrayEquals(new double[] {3 - 0.33, 2 - 0.48}, values(step), 1e-6);
    assertEquals(8.5, step.loss(), 1e-6);
    assertEquals(11.205 - 8.5, step.diagnostics().get("sharpness"), 1e-5);
    assertEquals(0.1, step.diagnostics().get("learning-rate"), 1e-12);
    assertEquals(2, loss.asked().size());
    assertArrayEquals(new float[] {3, 2}, loss.asked().get(0));
    assertArrayEquals(new float[] {3.3f, 2.4f}, loss.asked().get(1), 1e-6f);
  }

  /**
   * The same with T = diag(4, 3), eta = 1: T g = (12, 12), so eps = rho T (1, 1) / sqrt(2) = (4, 3)
   * / 2 with rho = 1 / sqrt(2), and the gradient there is (5, 7).
   */
  @Test
  void theAdaptiveBallIsScaledByTheParameters() {
    Optimizer.Step step =
        first(asam(Math.sqrt(0.5), 1, sgd(0.1, 0, 0)), Basin.at(3, -2), Basin.quadratic(1, -2));
    assertArrayEquals(new double[] {3 - 0.5, -2 - 0.1 * 1}, values(step), 1e-6);
  }

  /** The adaptive form sees no scale: with eta = 0, w -> k w with g -> g / k has eps -> k eps. */
  @Test
  void theAdaptiveBallDoesNotDependOnTheScale() {
    Basin one = Basin.slope(1, -2, 0.5);
    Basin other = Basin.slope(1 / 8.0, -2 / 0.25, 0.5 / 3);
    first(asam(0.5, 0, sgd(0.1, 0, 0)), Basin.at(2, -1, 3), one);
    first(asam(0.5, 0, sgd(0.1, 0, 0)), Basin.at(8 * 2, -0.25, 3 * 3), other);
    float[] w = one.asked().get(1);
    assertArrayEquals(new float[] {8 * w[0], 0.25f * w[1], 3 * w[2]}, other.asked().get(1), 1e-5f);
    assertTrue(Math.abs(w[0] - 2) > 0.1, "perturbed by " + (w[0] - 2));
  }

  /** The definition in double precision, in front of gradient descent with momentum and decay. */
  @ParameterizedTest
  @CsvSource({
    "0.05, false, 0, ALL",
    "0.5, false, 0, ALL",
    "0.5, true, 0.01, ALL",
    "0.3, true, 0, NO_NORM",
    "0.3, false, 0, ONLY_NORM",
    "0.5, true, 0.1, ONLY_NORM"
  })
  void takesTheDefinedPath(double rho, boolean adaptive, double eta, Perturb perturb) {
    double rate = 0.03;
    double momentum = 0.9;
    double decay = 0.02;
    boolean[] norm = {false, false, true, true, false};
    double[] w = {1, -2, 0.5, 1.5, -0.25};
    double[] velocity = new double[5];
    Sam optimizer =
        new Sam(new Sam.Settings(rho, adaptive, eta, perturb), sgd(rate, momentum, decay));
    Parameters at = Basin.ofAllRoles(w);
    State state = optimizer.initial(at);
    for (int t = 0; t < 150; t++) {
      Basin loss = Basin.minibatch(t, 5);
      double[] g = loss.gradient(w);
      double[] size = new double[5];
      double squares = 0;
      for (int i = 0; i < 5; i++) {
        boolean chosen =
            switch (perturb) {
              case ALL -> true;
              case ONLY_NORM -> norm[i];
              case NO_NORM -> !norm[i];
            };
        size[i] = !chosen ? 0 : adaptive ? Math.abs(w[i]) + eta : 1;
        squares += Math.pow(size[i] * g[i], 2);
      }
      double[] worst = new double[5];
      for (int i = 0; i < 5; i++) {
        worst[i] = w[i] + rho * size[i] * size[i] * g[i] / Math.sqrt(squares);
      }
      double before = loss.loss(w);
      double[] there = loss.gradient(worst);
      for (int i = 0; i < 5; i++) {
        velocity[i] = momentum * velocity[i] + there[i] + decay * w[i];
        w[i] -= rate * velocity[i];
      }
      Optimizer.Step step = optimizer.step(at, loss, state, new Basin.Steps(t));
      at = step.parameters();
      state = step.state();
      assertArrayEquals(w, values(step), 2e-5, "step " + t);
      assertEquals(before, step.loss(), 2e-5 * (1 + Math.abs(before)), "step " + t);
      double rise = loss.loss(worst) - before;
      assertEquals(rise, step.diagnostics().get("sharpness"), 4e-5 * (1 + rise), "step " + t);
    }
  }

  @ParameterizedTest
  @EnumSource(Perturb.class)
  void aBallOfRadiusZeroLeavesTheBaseAsItIsToTheBit(Perturb perturb) {
    Sam optimizer = new Sam(new Sam.Settings(0, true, 0.01, perturb), adamw());
    AdamW base = adamw();
    Parameters found = Basin.at(1, -2, -0.0);
    Parameters expected = found;
    State state = optimizer.initial(found);
    State own = base.initial(expected);
    for (int t = 0; t < 30; t++) {
      Basin loss = Basin.minibatch(t, 3);
      Optimizer.Step step = optimizer.step(found, loss, state, new Basin.Steps(t));
      assertEquals(1, loss.asked().size(), "one gradient a step");
      Optimizer.Step plain = base.step(expected, loss, own, new Basin.Steps(t));
      found = step.parameters();
      state = step.state();
      expected = plain.parameters();
      own = plain.state();
      assertArrayEquals(expected.flat().toArray(), found.flat().toArray(), 0f, "step " + t);
      assertEquals(plain.loss(), step.loss());
      assertEquals(0, step.diagnostics().get("sharpness"));
    }
  }

  /** Where the second gradient of a step from 0 is taken; the first is (1, 2, 3, -4, 5). */
  private static float[] worstPoint(Perturb perturb) {
    Basin loss = Basin.slope(1, 2, 3, -4, 5);
    Sam optimizer = new Sam(new Sam.Settings(0.5, false, 0, perturb), sgd(1, 0, 0));
    Optimizer.Step step = first(optimizer, Basin.ofAllRoles(0, 0, 0, 0, 0), loss);
    assertArrayEquals(new double[] {-1, -2, -3, 4, -5}, values(step), 1e-6, "all are trained");
    return loss.asked().get(1);
  }

  /**
   * The norm is that of the parameters that are perturbed: 5 of (3, -4), sqrt(30) of the others.
   */
  @Test
  void onlyTheChosenParametersArePerturbed() {
    assertArrayEquals(new float[] {0, 0, 0.3f, -0.4f, 0}, worstPoint(Perturb.ONLY_NORM), 1e-6f);
    float r = (float) (0.5 / Math.sqrt(30));
    assertArrayEquals(new float[] {r, 2 * r, 0, 0, 5 * r}, worstPoint(Perturb.NO_NORM), 1e-6f);
    float a = (float) (0.5 / Math.sqrt(55));
    assertArrayEquals(new float[] {a, 2 * a, 3 * a, -4 * a, 5 * a}, worstPoint(Perturb.ALL), 1e-6f);
  }

  @Test
  void aNetworkWithoutSuchParametersIsRefused() {
    Sam optimizer = new Sam(new Sam.Settings(0.5, false, 0, Perturb.ONLY_NORM), sgd(1, 0, 0));
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> optimizer.initial(Basin.at(1, 2)));
    assertFalse(refused instanceof SettingException, "which of a wrapper would be taken for its");
    assertEquals(
        "sam has nothing to perturb: its setting 'perturb' is 'only-norm', and the network has no"
            + " such parameters",
        refused.getMessage());
    // Perturbing nothing, it needs no parameters.
    new Sam(new Sam.Settings(0, false, 0, Perturb.ONLY_NORM), sgd(1, 0, 0)).initial(Basin.at(1, 2));
  }

  /** One optimizer can train several networks in turn. */
  @Test
  void eachNetworkIsPerturbedByItsOwnRoles() {
    Sam optimizer = new Sam(new Sam.Settings(1, false, 0, Perturb.NO_NORM), sgd(1, 0, 0));
    for (int i = 0; i < 2; i++) {
      Basin one = Basin.slope(3, 4);
      first(optimizer, Basin.at(0, 0), one);
      assertArrayEquals(new float[] {0.6f, 0.8f}, one.asked().get(1), 1e-6f);
      Basin other = Basin.slope(3, 0, 7, 7, 4);
      first(optimizer, Basin.ofAllRoles(0, 0, 0, 0, 0), other);
      assertArrayEquals(new float[] {0.6f, 0, 0, 0, 0.8f}, other.asked().get(1), 1e-6f);
    }
  }

  /** Squares of such gradients overflow, or are so small that tiny counts. */
  @Test
  void theLengthOfAGradientDoesNotCountUnlessItIsTiny() {
    for (double length : List.of(1e-6, 1.0, 1e18, 1e19, 1e30, 1e37)) {
      Basin loss = Basin.slope(3 * length, -4 * length);
      first(sam(0.5, sgd(1e-9, 0, 0)), Basin.at(0, 0), loss);
      assertArrayEquals(new float[] {0.3f, -0.4f}, loss.asked().get(1), 1e-6f, "" + length);
      loss = Basin.slope(3 * length, -4 * length);
      first(asam(Math.sqrt(0.5), 1, sgd(1e-9, 0, 0)), Basin.at(3, -2), loss);
      assertArrayEquals(new float[] {5, -3.5f}, loss.asked().get(1), 1e-5f, "" + length);
    }
    Basin loss = Basin.slope(1e-12);
    first(sam(0.5, sgd(1, 0, 0)), Basin.at(0), loss);
    assertArrayEquals(new float[] {0.25f}, loss.asked().get(1), 1e-6f);
  }

  /** So that the run is seen to diverge, instead of going on without perturbation. */
  @Test
  void aGradientThatIsNotFiniteLeavesNoNumber() {
    for (double bad : List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)) {
      for (Sam optimizer : List.of(sam(0.5, sgd(1, 0, 0)), asam(0.5, 1, sgd(1, 0, 0)))) {
        Basin loss = Basin.slope(bad, 1);
        Optimizer.Step step = first(optimizer, Basin.at(1, 2), loss);
        assertTrue(Float.isNaN(loss.asked().get(1)[0]), "perturbed by " + bad);
        assertTrue(Double.isNaN(values(step)[0]), "stepped by " + bad);
      }
    }
  }

  @Test
  void withoutAGradientNothingIsPerturbed() {
    for (Sam optimizer : List.of(sam(0.5, sgd(1, 0, 0)), asam(0.5, 0, sgd(1, 0, 0)))) {
      Basin loss = Basin.slope(0, 0);
      assertArrayEquals(new double[] {0, 7}, values(first(optimizer, Basin.at(0, 7), loss)));
      assertArrayEquals(new float[] {0, 7}, loss.asked().get(1));
    }
    // A parameter of size 0 stays where it is in the adaptive form with eta = 0.
    Basin loss = Basin.slope(3, 4);
    first(asam(0.5, 0, sgd(1, 0, 0)), Basin.at(0, 2), loss);
    assertArrayEquals(new float[] {0, 3}, loss.asked().get(1), 1e-6f);
  }

  /** Counts its steps; what is evaluated is the parameters times that. */
  private record Counting() implements Optimizer {
    @Override
    public State initial(Parameters parameters) {
      return State.empty().with("seen", 1);
    }

    @Override
    public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
      Tensor gradients = loss.perExampleGradients(parameters);
      Tensor next = parameters.flat().minus(gradients.reshape(-1));
      return new Step(
          parameters.with(next),
          state.with("seen", state.number("seen") + 1),
          loss.value(parameters).item());
    }

    @Override
    public Parameters forEvaluation(Parameters parameters, State state) {
      return parameters.map(w -> w.times(state.number("seen")));
    }
  }

  @Test
  void theBaseKeepsItsStateAndSeesGradientsOfExamplesAtTheWorstPoint() {
    Sam optimizer = sam(0.5, new Counting());
    Parameters at = Basin.at(3, 2);
    Optimizer.Step step = first(optimizer, at, Basin.quadratic(1, 2));
    assertArrayEquals(new double[] {3 - 3.3, 2 - 4.8}, values(step), 1e-6);
    assertEquals(2, step.state().nested("base").number("seen"));
    assertEquals(11.205 - 8.5, step.diagnostics().get("sharpness"), 1e-5);
    assertArrayEquals(
        new float[] {6, 4}, optimizer.forEvaluation(at, step.state()).flat().toArray());
  }

  @Test
  void refusesNumbersThatAreNotFinite() {
    SettingException rho =
        assertThrows(
            SettingException.class,
            () -> new Sam.Settings(Double.POSITIVE_INFINITY, false, 0, Perturb.ALL));
    assertEquals("rho", rho.setting());
    assertEquals("must be a finite number, not Infinity", rho.getMessage());
    SettingException eta =
        assertThrows(
            SettingException.class, () -> new Sam.Settings(0, true, Double.NaN, Perturb.ALL));
    assertEquals("eta", eta.setting());
  }
}
