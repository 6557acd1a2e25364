package org.genlab.tck;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.genlab.api.Kind;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Regularizer;
import org.genlab.api.training.Training;
import org.genlab.runtime.plugins.PluginException;
import org.genlab.tck.internal.Bits;
import org.genlab.tck.internal.Derivatives;
import org.genlab.tck.internal.Setup;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every regularizer must do. It stands beside a loss of the kit, and what is tested is the
 * objective of both: its gradient, for instance, is the sum of the loss's and the regularizer's.
 */
public abstract class RegularizerSuite extends PluginSuite {
  protected RegularizerSuite(Class<? extends Regularizer> plugin) {
    super(Kind.REGULARIZER, plugin);
  }

  /**
   * Whether gradients are the derivatives of the objective; override it where they are not on
   * purpose (straight-through estimators, targets through which no gradient flows).
   */
  protected boolean hasExactGradients() {
    return true;
  }

  private interface Check {
    void on(Setup setup, Training training, Split split);
  }

  private void each(Check check) {
    for (Setup setup : setups()) {
      bench()
          .ask(
              setup,
              Map.of(),
              training -> check.on(setup, training, training.dataset().splits().get(0)));
    }
  }

  private static Batch examples(Split split) {
    return split.range(0, Math.min(8, split.size()));
  }

  @Test
  @DisplayName("overrides a hook")
  void hooks() {
    List<String> hooks =
        Arrays.stream(Regularizer.class.getDeclaredMethods())
            .filter(Method::isDefault)
            .map(Method::getName)
            .sorted()
            .toList();
    boolean overridden =
        Arrays.stream(plugin().getMethods())
            .anyMatch(
                m -> hooks.contains(m.getName()) && m.getDeclaringClass() != Regularizer.class);
    check(
        overridden,
        "%s overrides none of the hooks %s, so it changes nothing; override the one that the method"
            + " needs.",
        plugin().getName(),
        hooks);
  }

  @Test
  @DisplayName("gives each evaluation within a step the same objective")
  void repeatability() {
    each(
        (setup, training, split) -> {
          LossFunction loss = training.loss(examples(split));
          Parameters at = training.model().parameters();
          LossFunction.Evaluation first = loss.evaluate(at);
          LossFunction.Evaluation second = loss.evaluate(at);
          check(
              Float.floatToRawIntBits(first.loss()) == Float.floatToRawIntBits(second.loss())
                  && Bits.same(first.gradient(), second.gradient()),
              "with %s, two evaluations within one step differ; take random numbers from"
                  + " context.random(name), which begins anew for each, and remember values in"
                  + " Slots only.",
              setup);
          check(
              Float.isFinite(first.loss()) && first.gradient().allFinite(),
              "with %s, the objective or its gradient is not finite at the first parameters.",
              setup);
          float value = loss.value(at).item();
          check(
              Math.abs(value - first.loss()) <= 1e-4 * Math.max(1, Math.abs(value)),
              "with %s, the objective is %s when only its value is asked for, and %s together with"
                  + " its gradient; do not make hooks depend on whether tensors are tracked.",
              setup,
              value,
              first.loss());
        });
  }

  @Test
  @DisplayName("has gradients that are the derivatives of the objective")
  void gradients() {
    if (!hasExactGradients()) {
      return;
    }
    each(
        (setup, training, split) -> {
          LossFunction loss = training.loss(examples(split));
          Parameters at = training.model().parameters();
          List<Derivatives.Part> parts = new ArrayList<>();
          for (ParameterLayout.Entry entry : at.layout().entries()) {
            parts.add(
                new Derivatives.Part(entry.name(), entry.offset(), entry.offset() + entry.size()));
          }
          Derivatives.compare(flat -> loss.value(at.with(flat)), at.flat(), parts)
              .ifPresent(
                  m ->
                      check(
                          false,
                          "with %s, along a random direction of the parameter '%s' the gradient"
                              + " says that the objective changes by %.4g, and it changes by %.4g;"
                              + " compute with operations of tensors (toArray() and detach() cut"
                              + " the gradient off), or override hasExactGradients() where that is"
                              + " intended.",
                          setup,
                          m.part(),
                          m.gradient(),
                          m.difference()));
        });
  }

  @Test
  @DisplayName("takes batches of one example, and of none")
  void smallBatches() {
    each(
        (setup, training, split) -> {
          Parameters at = training.model().parameters();
          LossFunction.Evaluation one;
          try {
            one = training.loss(split.batch(0)).evaluate(at);
          } catch (RuntimeException e) {
            mine(setup, "a batch of one example", e);
            return;
          }
          check(
              Float.isFinite(one.loss()) && one.gradient().allFinite(),
              "with %s, a batch of one example gives an objective or a gradient that is not finite;"
                  + " look for a variance of one value or a division by n - 1, or refuse it with an"
                  + " IllegalArgumentException.",
              setup);
          try {
            Tensor terms = training.loss(split.batch(0).select()).perExample(at);
            check(
                terms.size() == 0,
                "with %s, an empty batch has %d data terms.",
                setup,
                terms.size());
          } catch (RuntimeException e) {
            mine(setup, "an empty batch", e);
          }
        });
  }

  /** Lets pass what the plugin refuses with a sentence, and what comes from the kit. */
  private void mine(Setup setup, String what, RuntimeException e) {
    boolean others =
        e instanceof PluginException
            && !e.getMessage().contains("(" + bench().path() + ";")
            && !e.getMessage().contains("'" + annotation().id() + "'");
    if (!others && !isRefusal(e)) {
      throw failed(
          e,
          "with %s, %s fails with %s; take it, or refuse it with an IllegalArgumentException that"
              + " says why.",
          setup,
          what,
          root(e));
    }
  }
}
