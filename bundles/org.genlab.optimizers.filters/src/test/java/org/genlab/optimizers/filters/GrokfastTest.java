package org.genlab.optimizers.filters;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.IntFunction;
import org.genlab.api.SettingException;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.Schedule;
import org.genlab.api.training.State;
import org.genlab.optimizers.filters.Grokfast.Filter;
import org.genlab.optimizers.firstorder.AdamW;
import org.genlab.optimizers.firstorder.Sgd;
import org.genlab.optimizers.firstorder.Towards;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GrokfastTest {
  private static final double RATE = 0.05;

  private static Sgd sgd(double rate) {
    return new Sgd(new Sgd.Settings(rate, 0, false, 0, Schedule.constant(), 0));
  }

  private static AdamW adamw() {
    return new AdamW(
        new AdamW.Settings(
            RATE,
            List.of(0.9, 0.98),
            1e-8,
            0.1,
            Towards.ZERO,
            List.of(Role.values()),
            Schedule.constant(),
            0));
  }

  private static Grokfast ema(double alpha, double lambda, Optimizer base) {
    return new Grokfast(new Grokfast.Settings(Filter.EMA, lambda, alpha, 100), base);
  }

  private static Grokfast ma(int window, double lambda, Optimizer base) {
    return new Grokfast(new Grokfast.Settings(Filter.MA, lambda, 0.98, window), base);
  }

  /** The parameters after each step, where the loss of a step is a function of its number. */
  private static List<float[]> path(
      Optimizer optimizer, Parameters start, int steps, IntFunction<LossFunction> loss) {
    List<float[]> path = new ArrayList<>();
    Parameters x = start;
    State state = optimizer.initial(x);
    for (int t = 0; t < steps; t++) {
      Optimizer.Step step = optimizer.step(x, loss.apply(t), state, new Wave.Steps(t));
      x = step.parameters();
      state = step.state();
      path.add(x.flat().toArray().clone());
    }
    return path;
  }

  /** Losses whose curvature and slope change from step to step, with jumps of several orders. */
  private static Wave noisy(int step) {
    RandomStream random = RandomStream.of(3, "slopes", step);
    double[] a = new double[3];
    double[] b = new double[3];
    for (int i = 0; i < 3; i++) {
      a[i] = random.nextDouble();
      b[i] = random.nextGaussian() * (step % 17 == 5 ? 30 : 1);
    }
    return new Wave(a, b);
  }

  @ParameterizedTest
  @EnumSource(Filter.class)
  void withoutAmplificationTheStepsAreTheBasesToTheBit(Filter filter) {
    Grokfast.Settings settings = new Grokfast.Settings(filter, 0, 0.9, 4);
    Parameters start = Wave.at(1, -2, -0.0);
    List<float[]> expected = path(adamw(), start, 30, GrokfastTest::noisy);
    List<float[]> found = path(new Grokfast(settings, adamw()), start, 30, GrokfastTest::noisy);
    for (int t = 0; t < 30; t++) {
      assertArrayEquals(expected.get(t), found.get(t), 0f, "step " + t);
    }
  }

  @Test
  void aConstantGradientIsItsOwnAverage() {
    // mu_0 = g, not (1 - alpha) g: from the first step on x moves by eta (1 + lambda) g.
    List<float[]> path = path(ema(0.9, 2, sgd(0.1)), Wave.at(0, 0), 20, t -> Wave.slope(1, -3));
    for (int t = 0; t < 20; t++) {
      assertArrayEquals(
          new double[] {-0.1 * 3 * (t + 1), 0.3 * 3 * (t + 1)}, doubles(path.get(t)), 1e-5);
    }
  }

  @Test
  void theAverageForgetsAnImpulseGeometrically() {
    // One gradient at step 0, zero afterwards: x(t+1) - x(t) = -eta lambda alpha^t.
    List<float[]> path =
        path(ema(0.8, 2, sgd(0.5)), Wave.at(0), 25, t -> Wave.slope(t == 0 ? 1 : 0));
    double x = -0.5;
    for (int t = 0; t < 25; t++) {
      x -= 0.5 * 2 * Math.pow(0.8, t);
      assertEquals(x, path.get(t)[0], 1e-5, "step " + t);
    }
  }

  /** The definition of the paper in double precision, in front of gradient descent. */
  @ParameterizedTest
  @CsvSource({"0.98, 2", "0.8, 0.1", "0, 1", "0.9, -0.5"})
  void theExponentialFormTakesTheDefinedPath(double alpha, double lambda) {
    double[] x = {1, -2, 0.5};
    double[] mu = new double[3];
    List<float[]> path = path(ema(alpha, lambda, sgd(RATE)), Wave.at(x), 60, GrokfastTest::noisy);
    for (int t = 0; t < 60; t++) {
      double[] g = noisy(t).gradient(x);
      for (int i = 0; i < 3; i++) {
        mu[i] = t == 0 ? g[i] : alpha * mu[i] + (1 - alpha) * g[i];
        x[i] -= RATE * (g[i] + lambda * mu[i]);
      }
      assertArrayEquals(x, doubles(path.get(t)), 2e-5, "step " + t);
    }
  }

  /** The same with a queue of which the mean is computed from its elements each time. */
  @ParameterizedTest
  @CsvSource({"1, 5", "2, 5", "7, 0.5", "10, -0.2", "25, 1"})
  void theWindowedFormTakesTheDefinedPath(int window, double lambda) {
    double[] x = {1, -2, 0.5};
    Deque<double[]> queue = new ArrayDeque<>();
    List<float[]> path = path(ma(window, lambda, sgd(RATE)), Wave.at(x), 80, GrokfastTest::noisy);
    for (int t = 0; t < 80; t++) {
      double[] g = noisy(t).gradient(x);
      queue.add(g);
      if (queue.size() > window) {
        queue.remove();
      }
      for (int i = 0; i < 3; i++) {
        int axis = i;
        double mean = queue.stream().mapToDouble(q -> q[axis]).sum() / window;
        x[i] -= RATE * (g[i] + (queue.size() == window ? lambda * mean : 0));
      }
      assertArrayEquals(x, doubles(path.get(t)), 1e-4 * (1 + Math.abs(x[0])), "step " + t);
    }
  }

  @Test
  void nothingIsAddedBeforeTheQueueIsFull() {
    Parameters start = Wave.at(1, -2, 0.5);
    List<float[]> plain = path(adamw(), start, 10, GrokfastTest::noisy);
    List<float[]> found = path(ma(10, 5, adamw()), start, 10, GrokfastTest::noisy);
    for (int t = 0; t < 9; t++) {
      assertArrayEquals(plain.get(t), found.get(t), 0f, "step " + t);
    }
    assertTrue(Math.abs(plain.get(9)[0] - found.get(9)[0]) > 1e-4, "the tenth gradient fills it");
  }

  /** A spike that has left the window leaves nothing behind, once the ring has come round. */
  @Test
  void theSumDoesNotDrift() {
    Optimizer optimizer = ma(8, 1, sgd(0));
    Parameters x = Wave.at(0);
    State state = optimizer.initial(x);
    for (int t = 0; t < 24; t++) {
      state = optimizer.step(x, Wave.slope(t == 3 ? 1e9 : 1), state, new Wave.Steps(t)).state();
    }
    assertEquals(8, state.array("queue-sum").item());
  }

  @Test
  void aStepReplacesOneGradientOfTheQueue() {
    Optimizer optimizer = ma(5, 1, sgd(0.1));
    Parameters x = Wave.at(0, 0);
    State before = optimizer.initial(x);
    for (int t = 0; t < 12; t++) {
      State after = optimizer.step(x, Wave.slope(t, -t), before, new Wave.Steps(t)).state();
      for (int k = 0; k < 5; k++) {
        if (k == t % 5) {
          assertArrayEquals(new float[] {t, -t}, after.array("queue/" + k).toArray());
        } else {
          assertSame(before.array("queue/" + k), after.array("queue/" + k));
        }
      }
      before = after;
    }
  }

  @Test
  void aWindowThatWasChangedBeginsWithAnEmptyQueue() {
    Parameters x = Wave.at(0);
    Optimizer wide = ma(3, 1, sgd(1));
    State state = wide.initial(x);
    for (int t = 0; t < 5; t++) {
      state = wide.step(x, Wave.slope(1), state, new Wave.Steps(t)).state();
    }
    Optimizer narrow = ma(2, 1, sgd(1));
    Optimizer.Step first = narrow.step(x, Wave.slope(1), state, new Wave.Steps(5));
    assertEquals(-1, first.parameters().flat().item());
    Optimizer.Step second = narrow.step(x, Wave.slope(1), first.state(), new Wave.Steps(6));
    assertEquals(-2, second.parameters().flat().item());
  }

  /** Two gradients a step, the second elsewhere: what a sharpness-aware base does. */
  private record LookAhead(double rho) implements Optimizer {
    @Override
    public State initial(Parameters parameters) {
      return State.empty().with("seen", 0);
    }

    @Override
    public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
      float here = loss.evaluate(parameters).loss();
      LossFunction moved = loss.displaced(p -> p.map(w -> w.plus(rho)));
      Tensor next = parameters.flat().minus(moved.evaluate(parameters).gradient());
      return new Step(parameters.with(next), state.with("seen", state.number("seen") + 1), here);
    }

    @Override
    public Parameters forEvaluation(Parameters parameters, State state) {
      return parameters.map(w -> w.times(state.number("seen")));
    }
  }

  @Test
  void aBaseThatLooksElsewhereFindsTheSameSlowPartThere() {
    Wave loss = new Wave(new double[] {2}, new double[] {1});
    Grokfast grokfast = ema(0.5, 3, new LookAhead(0.1));
    Parameters x = Wave.at(4);
    Optimizer.Step step = grokfast.step(x, loss, grokfast.initial(x), new Wave.Steps(0));
    assertEquals(4 - (2 * 4.1 + 1 + 3 * (2 * 4 + 1)), step.parameters().flat().item(), 1e-5);
    assertEquals(4 * 4 + 4, step.loss(), 1e-5, "the loss itself, without what is added");
    assertEquals(1, step.state().nested("base").number("seen"));
    assertEquals(4, grokfast.forEvaluation(x, step.state()).flat().item());
  }

  /** Descent along the mean of the gradients of single examples. */
  private record ExampleByExample() implements Optimizer {
    @Override
    public State initial(Parameters parameters) {
      return State.empty();
    }

    @Override
    public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
      Tensor mean = loss.perExampleGradients(parameters).mean(false, 0);
      return new Step(parameters.with(parameters.flat().minus(mean)), state, 0);
    }
  }

  @Test
  void aBaseThatReadsGradientsOfExamplesIsRefusedAtTheFirstStep() {
    Parameters x = Wave.at(4);
    for (Grokfast grokfast :
        List.of(ema(0.5, 3, new ExampleByExample()), ma(5, 3, new ExampleByExample()))) {
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class,
              () -> grokfast.step(x, Wave.slope(1), grokfast.initial(x), new Wave.Steps(0)));
      assertTrue(refused.getMessage().contains("single examples"), refused.getMessage());
    }
    Grokfast nothing = ema(0.5, 0, new ExampleByExample());
    assertEquals(
        3,
        nothing
            .step(x, Wave.slope(1), nothing.initial(x), new Wave.Steps(0))
            .parameters()
            .flat()
            .item());
  }

  @Test
  void theLossThatTheBaseSeesHasTheGradientThatItSays() {
    Wave loss = new Wave(new double[] {2, 3}, new double[] {1, -1});
    Parameters origin = Wave.at(1, 2);
    Tensor slope = Tensor.of(new float[] {5, -7}, 2);
    TiltedLoss tilted =
        new TiltedLoss(
            loss, java.util.Optional.of(slope), true, origin, java.util.Optional.empty());
    assertEquals(loss.evaluate(origin).loss(), tilted.evaluate(origin).loss());
    for (double[] point : new double[][] {{1, 2}, {-3, 0.5}}) {
      Parameters at = Wave.at(point);
      Tensor x = at.flat().variable();
      Tensor value = tilted.value(at.with(x));
      assertEquals(value.item(), tilted.evaluate(at).loss(), 1e-4);
      assertArrayEquals(
          Gradients.of(value, x).toArray(), tilted.evaluate(at).gradient().toArray(), 1e-5f);
      assertArrayEquals(
          tilted.evaluate(at).gradient().toArray(),
          tilted.by("domain").get(0).evaluate(at).gradient().toArray());
    }
  }

  @Test
  void saysHowLargeTheSlowPartIs() {
    Grokfast grokfast = ma(2, 1, sgd(0.1));
    Parameters x = Wave.at(0, 0);
    Optimizer.Step first =
        grokfast.step(x, Wave.slope(3, 4), grokfast.initial(x), new Wave.Steps(0));
    assertTrue(!first.diagnostics().containsKey("slow-gradient-norm"));
    assertEquals(0.1, first.diagnostics().get("learning-rate"), 1e-6);
    Optimizer.Step second = grokfast.step(x, Wave.slope(3, 4), first.state(), new Wave.Steps(1));
    assertEquals(5, second.diagnostics().get("slow-gradient-norm"), 1e-5);
  }

  @Test
  void refusesAnAmplificationThatIsNoNumber() {
    SettingException e =
        assertThrows(
            SettingException.class, () -> new Grokfast.Settings(Filter.EMA, Double.NaN, 0.98, 100));
    assertEquals("lambda", e.setting());
    assertEquals("must be a finite number, not NaN", e.getMessage().replaceFirst("^lambda ", ""));
  }

  private static double[] doubles(float[] values) {
    double[] out = new double[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i];
    }
    return out;
  }
}
