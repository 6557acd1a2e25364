package org.genlab.optimizers.filters;

import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.Wrapped;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.State;
import org.genlab.tensor.Tensor;

/**
 * Any optimizer, on gradients whose slow part is amplified (Lee, Kang, Kim and Lee, "Grokfast:
 * accelerated grokking by amplifying slow gradients", arXiv 2405.20233, algorithms 1 and 2).
 *
 * <pre>
 *   ema:  mu_t = alpha mu_(t-1) + (1 - alpha) g_t,  mu_0 = g_0;     h_t = g_t + lambda mu_t
 *   ma:   m_t = the mean of g_t, ..., g_(t-w+1);                    h_t = g_t + lambda m_t
 * </pre>
 *
 * <p>The wrapped optimizer is given h_t in place of g_t. The filter sees the gradients g_t of the
 * objective alone, never what it added itself. In the form {@code ma} nothing is added until there
 * are w gradients. With lambda = 0 the steps are those of the wrapped optimizer.
 *
 * <p>A wrapped optimizer that evaluates the loss elsewhere, such as SAM, finds the same lambda mu_t
 * added to the gradient there; the filter moves on once a step, by the gradient at the step's
 * parameters.
 *
 * <p>A wrapped optimizer that reads the gradients of single examples, such as dp-sgd, is refused at
 * the first step: nothing would be amplified.
 *
 * <p>The memory of {@code ma} is w times the size of the parameters, also in each checkpoint.
 */
@Plugin(
    kind = Kind.OPTIMIZER,
    id = "grokfast",
    version = "1.1.0",
    summary = "Amplifies the slow part of the gradients for any optimizer",
    source = "arXiv:2405.20233, algorithms 1 and 2")
public final class Grokfast implements Optimizer {
  /** How the slow part of the gradients is found. */
  public enum Filter {
    /** An exponential moving average. */
    EMA,
    /** The mean over a window. */
    MA
  }

  /**
   * The settings; the defaults are the paper's for modular arithmetic (section 4), where with
   * {@code ma} lambda is 5.
   *
   * @param filter how the slow part is found
   * @param lambda how much of it is added
   * @param alpha share of the average that each step keeps, for {@code ema}
   * @param window the number w of gradients in the mean, for {@code ma}
   */
  public record Settings(
      @Default("ema") @Doc("ema, an exponential average, or ma, the mean over a window")
          Filter filter,
      @Default("2") @Doc("how much lambda of the slow part is added; 0 adds nothing") double lambda,
      @Default("0.98")
          @Range(min = 0, max = 1, maxExclusive = true)
          @Doc("of ema: share alpha of the average that a step keeps")
          double alpha,
      @Default("100")
          @Range(min = 1, max = 10000)
          @Doc("of ma: number w of gradients in the mean, all of which are kept")
          int window) {
    public Settings {
      if (!Double.isFinite(lambda)) {
        throw new SettingException("lambda", "must be a finite number, not " + lambda);
      }
    }
  }

  private static final String BASE = "base";

  private final double lambda;
  private final GradientFilter filter;
  private final Optimizer base;

  @Inject
  public Grokfast(Settings settings, @Wrapped(value = BASE, byDefault = "adamw") Optimizer base) {
    this.lambda = settings.lambda();
    this.filter =
        settings.filter() == Filter.EMA
            ? new ExponentialAverage(settings.alpha())
            : new MovingAverage(settings.window());
    this.base = base;
  }

  @Override
  public State initial(Parameters parameters) {
    return filter.initial(parameters.flat().size()).withNested(BASE, base.initial(parameters));
  }

  @Override
  public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
    LossFunction.Evaluation here = loss.evaluate(parameters);
    State filtered = filter.after(here.gradient(), state);
    Optional<Tensor> slow = filter.slow(filtered);
    Optional<Tensor> added = lambda == 0 ? Optional.empty() : slow.map(mean -> mean.times(lambda));
    LossFunction amplified =
        new TiltedLoss(loss, added, lambda != 0, parameters, Optional.of(here));
    Step step = base.step(parameters, amplified, state.nested(BASE), context);
    Map<String, Double> diagnostics = new LinkedHashMap<>(step.diagnostics());
    slow.ifPresent(mean -> diagnostics.put("slow-gradient-norm", (double) mean.norm().item()));
    return new Step(
        step.parameters(), filtered.withNested(BASE, step.state()), here.loss(), diagnostics);
  }

  @Override
  public Parameters forEvaluation(Parameters parameters, State state) {
    return base.forEvaluation(parameters, state.nested(BASE));
  }
}
