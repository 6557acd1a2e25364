package org.genlab.tck;

import java.util.Arrays;
import java.util.Map;
import org.genlab.api.Kind;
import org.genlab.api.Wrapped;
import org.genlab.api.data.Split;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.State;
import org.genlab.api.training.Training;
import org.genlab.tck.internal.Bits;
import org.genlab.tck.internal.Setup;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every optimizer must do. */
public abstract class OptimizerSuite extends PluginSuite {
  protected OptimizerSuite(Class<? extends Optimizer> plugin) {
    super(Kind.OPTIMIZER, plugin);
  }

  private record Moment(long step, long totalSteps) implements Optimizer.Context {
    @Override
    public RandomStream random(String name) {
      return RandomStream.of(5, name, step);
    }
  }

  private interface Check {
    void on(Setup setup, Training training, Optimizer optimizer, LossFunction loss);
  }

  private void each(Check check) {
    for (Setup setup : setups()) {
      bench()
          .ask(
              setup,
              Map.of(),
              training -> {
                Split split = training.dataset().splits().get(0);
                check.on(
                    setup,
                    training,
                    training.optimizer(),
                    training.loss(split.range(0, Math.min(8, split.size()))));
              });
    }
  }

  @Test
  @DisplayName("makes a step that is a function of its arguments")
  void purity() {
    each(
        (setup, training, optimizer, loss) -> {
          Parameters at = training.model().parameters();
          State state = optimizer.initial(at);
          check(
              Bits.same(state, optimizer.initial(at)),
              "with %s, initial(...) gives two states for the same parameters.",
              setup);
          Parameters now = at;
          for (int i = 0; i < 3; i++) {
            Moment moment = new Moment(i, 10);
            float[] before = now.flat().toArray();
            Optimizer.Step step = optimizer.step(now, loss, state, moment);
            Optimizer.Step again = optimizer.step(now, loss, state, moment);
            check(
                Bits.same(step.parameters().flat(), again.parameters().flat())
                    && Bits.same(step.state(), again.state()),
                "with %s, step %d made twice from the same parameters and state differs; all that"
                    + " the optimizer remembers must be in the State it returns, not in fields.",
                setup,
                i);
            check(
                Arrays.equals(before, now.flat().toArray()),
                "with %s, step %d changes the parameters that it was given; return new ones.",
                setup,
                i);
            now = step.parameters();
            state = step.state();
          }
        });
  }

  @Test
  @DisplayName("makes the same step over the values that it is given")
  void inPlace() {
    each(
        (setup, training, optimizer, loss) -> {
          if (isWrapper(optimizer)) {
            // May need the old values after the step of the wrapped, so it is given them for good.
            return;
          }
          Parameters at = training.model().parameters();
          State state = optimizer.initial(at);
          for (int i = 0; i < 3; i++) {
            Moment moment = new Moment(i, 10);
            Optimizer.Step expected = optimizer.step(at, loss, state, moment);
            Parameters given = at.with(at.flat().copy());
            State own = copy(state);
            given.flat().relinquish();
            own.arrays().values().forEach(Tensor::relinquish);
            Optimizer.Step step = optimizer.step(given, loss, own, moment);
            check(
                Bits.same(expected.parameters().flat(), step.parameters().flat())
                    && Bits.same(expected.state(), step.state()),
                "with %s, step %d differs where the values it begins with may be written over; in"
                    + " Elementwise.replace, read an element of an input before writing that of its"
                    + " output.",
                setup,
                i);
            at = expected.parameters();
            state = expected.state();
          }
        });
  }

  private static boolean isWrapper(Optimizer optimizer) {
    return Arrays.stream(optimizer.getClass().getDeclaredConstructors())
        .flatMap(constructor -> Arrays.stream(constructor.getParameters()))
        .anyMatch(parameter -> parameter.isAnnotationPresent(Wrapped.class));
  }

  private static State copy(State state) {
    State copy = state;
    for (Map.Entry<String, Tensor> array : state.arrays().entrySet()) {
      copy = copy.with(array.getKey(), array.getValue().copy());
    }
    return copy;
  }

  @Test
  @DisplayName("keeps the layout, and reports the loss at the old parameters")
  void results() {
    each(
        (setup, training, optimizer, loss) -> {
          Parameters at = training.model().parameters();
          Optimizer.Step step = optimizer.step(at, loss, optimizer.initial(at), new Moment(0, 10));
          check(
              step.parameters().layout().equals(at.layout()),
              "with %s, a step returns parameters of another layout; use parameters.with(values).",
              setup);
          check(
              !step.parameters().flat().isTracked(),
              "with %s, a step returns tracked parameters, which would keep all former steps in"
                  + " memory; detach() them.",
              setup);
          float here = loss.evaluate(at).loss();
          check(
              Math.abs(step.loss() - here) <= 1e-3 * Math.max(1, Math.abs(here)),
              "with %s, a step reports the loss %s, and it is %s at the parameters before the step;"
                  + " report that one (a wrapper must not report the loss at a displaced point).",
              setup,
              step.loss(),
              here);
          for (Map.Entry<String, Double> entry : step.diagnostics().entrySet()) {
            check(
                !entry.getValue().isNaN(),
                "with %s, the diagnostic '%s' is not a number.",
                setup,
                entry.getKey());
          }
          Parameters seen = optimizer.forEvaluation(step.parameters(), step.state());
          check(
              seen.layout().equals(at.layout()) && seen.flat().allFinite(),
              "with %s, forEvaluation(...) gives parameters of another layout, or not finite ones.",
              setup);
        });
  }

  @Test
  @DisplayName("stays finite where the gradient is zero, and with one example and one parameter")
  void smallBatches() {
    each(
        (setup, training, optimizer, loss) -> {
          Parameters at = training.model().parameters();
          walk(setup, "where the gradient is zero", optimizer, at, flat(loss));
          walk(
              setup,
              "with a batch of one example",
              optimizer,
              at,
              training.loss(training.dataset().splits().get(0).batch(0)));
          ParameterLayout layout =
              ParameterLayout.builder().add("x", ParameterLayout.Role.WEIGHT, 1).build();
          walk(
              setup,
              "with a single parameter",
              optimizer,
              new Parameters(layout, Tensor.of(new float[] {1}, 1)),
              LossFunction.of(p -> p.flat().square().sum(), loss.batch()));
        });
  }

  private static LossFunction flat(LossFunction loss) {
    return LossFunction.of(p -> p.flat().times(0).sum(), loss.batch());
  }

  private static void walk(
      Setup setup, String where, Optimizer optimizer, Parameters start, LossFunction loss) {
    Parameters now = start;
    State state = State.empty();
    for (int i = 0; i < 5; i++) {
      Optimizer.Step step;
      try {
        // Here, because a first step may be refused by either.
        state = i == 0 ? optimizer.initial(now) : state;
        step = optimizer.step(now, loss, state, new Moment(i, 10));
      } catch (IllegalArgumentException | IllegalStateException e) {
        check(
            e.getMessage() != null,
            "with %s, %s, step %d is refused without a reason.",
            setup,
            where,
            i);
        return;
      } catch (RuntimeException e) {
        throw failed(
            e,
            "with %s, %s, step %d fails with %s; make the step, or refuse it with an"
                + " IllegalArgumentException that says why.",
            setup,
            where,
            i,
            e);
      }
      check(
          step.parameters().flat().allFinite() && Bits.finite(step.state()),
          "with %s, %s, step %d gives parameters or a state that are not finite; look for a"
              + " division by a norm or a root that can be zero, and add a small epsilon.",
          setup,
          where,
          i);
      now = step.parameters();
      state = step.state();
    }
  }
}
