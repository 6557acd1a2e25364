package org.genlab.optimizers.sharpness;

import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.Wrapped;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.State;
import org.genlab.tensor.Tensor;

/**
 * Any optimizer, on the gradient at the worst point of a ball around the parameters (Foret,
 * Kleiner, Mobahi and Neyshabur, "Sharpness-aware minimization for efficiently improving
 * generalization", arXiv 2010.01412, equations 2 and 3, algorithm 1, with p = 2).
 *
 * <pre>
 *   g   = gradient of L at w
 *   eps = rho g / |g|                             adaptive: rho T^2 g / |T g|,  T = diag(|w| + eta)
 *   the wrapped optimizer steps from w with the gradient of L at w + eps
 * </pre>
 *
 * <p>The norm is one over all parameters that are perturbed, which are those that {@code perturb}
 * names; the others have eps = 0 and are trained all the same (Mueller, Vlaar, Rolnick and Hein,
 * "Normalization layers are all that sharpness-aware minimization needs", arXiv 2306.04226, where
 * {@code only-norm} is called SAM-ON). The adaptive form is element-wise ASAM (Kwon, Kim, Park and
 * Choi, "ASAM: adaptive sharpness-aware minimization for scale-invariant learning of deep neural
 * networks", arXiv 2102.11600, algorithm 1), here of biases, too.
 *
 * <p>Both gradients of a step are of the same minibatch with the same random numbers: dropout masks
 * and augmented inputs are drawn once, so that the two differ by eps alone. Running statistics of
 * batch normalisation move once a step, by those of the last pass, which is that at w + eps;
 * implementations that keep those at w, as many do, evaluate a little differently. What
 * regularizers remember is, as always, from the first pass, at w. What the wrapped optimizer decays
 * or averages is w, never w + eps. Nothing is remembered from step to step but what the wrapped
 * optimizer remembers.
 *
 * <p>A step takes the time of two gradients. With rho = 0 it is a step of the wrapped optimizer, to
 * the bit and in its time. With dp-sgd the gradients at w + eps are private, and eps itself is not.
 *
 * <p>Reports the loss at w, and as the diagnostic {@code sharpness} how much larger the one at w +
 * eps is. This estimates the m-sharpness of section 4.1, with m the size of the minibatch: from one
 * minibatch, at the worst point to first order, and in the parameters that are perturbed alone.
 */
@Plugin(
    kind = Kind.OPTIMIZER,
    id = "sam",
    version = "1.0.0",
    summary = "Sharpness-aware minimisation (SAM, ASAM, SAM-ON) around any optimizer",
    source = "arXiv:2010.01412, equations 2 and 3, algorithm 1")
public final class Sam implements Optimizer {
  /** Which parameters are perturbed, by their role. */
  public enum Perturb {
    /** All of them. */
    ALL,
    /** Scales and shifts of normalisations. */
    ONLY_NORM,
    /** All but scales and shifts of normalisations. */
    NO_NORM
  }

  /**
   * The settings; the default of rho is the paper's (section 3.1), that of eta is from the paper of
   * the adaptive form, which has rho = 0.5 with it on CIFAR-10.
   *
   * @param rho the radius of the ball; finite
   * @param adaptive whether the ball is scaled by the sizes of the parameters
   * @param eta what is added to these sizes, in the adaptive form; finite
   * @param perturb which parameters are perturbed
   */
  public record Settings(
      @Default("0.05")
          @Range(min = 0)
          @Doc("radius rho of the ball; 0 leaves the wrapped optimizer as it is")
          double rho,
      @Default("false")
          @Doc("whether the ball is scaled by T = |w| + eta (ASAM, whose rho is ten times larger)")
          boolean adaptive,
      @Default("0.01")
          @Range(min = 0)
          @Doc("of the adaptive form: what eta is added to the size |w| of a parameter")
          double eta,
      @Default("all")
          @Doc("which parameters are perturbed: all, only-norm (of normalisations), or no-norm")
          Perturb perturb) {
    public Settings {
      finite("rho", rho);
      finite("eta", eta);
    }

    private static void finite(String setting, double value) {
      if (!Double.isFinite(value)) {
        throw new SettingException(setting, "must be a finite number, not " + value);
      }
    }
  }

  private static final String BASE = "base";

  private final Settings settings;
  private final Optimizer base;

  /** The last that was asked for; it follows from the layout alone, so no step depends on it. */
  private volatile Perturbation perturbation;

  @Inject
  public Sam(Settings settings, @Wrapped(value = BASE, byDefault = "sgd") Optimizer base) {
    this.settings = settings;
    this.base = base;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException when {@code perturb} names none of the network's parameters
   */
  @Override
  public State initial(Parameters parameters) {
    if (settings.rho() > 0) {
      // Refused before the first step, not during it.
      perturbation(parameters.layout());
    }
    return State.empty().withNested(BASE, base.initial(parameters));
  }

  private Perturbation perturbation(ParameterLayout layout) {
    Perturbation last = perturbation;
    if (last == null || !last.fits(layout)) {
      last = new Perturbation(settings, layout);
      perturbation = last;
    }
    return last;
  }

  @Override
  public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
    if (settings.rho() == 0) {
      Step step = base.step(parameters, loss, state.nested(BASE), context);
      return result(step, state, step.loss());
    }
    LossFunction.Evaluation here = loss.evaluate(parameters);
    Tensor epsilon = perturbation(parameters.layout()).at(parameters, here.gradient());
    LossFunction perturbed = loss.displaced(p -> p.map(w -> w.plus(epsilon)));
    Step step = base.step(parameters, perturbed, state.nested(BASE), context);
    return result(step, state, here.loss());
  }

  /** The wrapped optimizer's step as one of this optimizer, which began with that loss. */
  private static Step result(Step step, State state, float loss) {
    Map<String, Double> diagnostics = new LinkedHashMap<>(step.diagnostics());
    diagnostics.put("sharpness", (double) step.loss() - loss);
    return new Step(step.parameters(), state.withNested(BASE, step.state()), loss, diagnostics);
  }

  @Override
  public Parameters forEvaluation(Parameters parameters, State state) {
    return base.forEvaluation(parameters, state.nested(BASE));
  }
}
