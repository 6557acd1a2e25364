package org.example.signmomentum;

import jakarta.inject.Inject;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.State;
import org.genlab.tensor.Tensor;

/**
 * Signum: each parameter moves by the learning rate, along the sign of its momentum (Bernstein et al. 2018,
 * algorithm 2).
 *
 * <pre>
 *   m = mu m + (1 - mu) g
 *   x = x - eta sign(m)
 * </pre>
 */
@Plugin(
    kind = Kind.OPTIMIZER,
    id = "sign-momentum",
    version = "1.0.0",
    summary = "Each parameter moves by the learning rate along the sign of its momentum",
    source = "arXiv:1802.04434, algorithm 2")
public final class SignMomentum implements Optimizer {
  /**
   * The settings.
   *
   * @param learningRate eta
   * @param momentum mu
   */
  public record Settings(
      @Default("1e-3") @Range(min = 0) @Doc("the learning rate eta") double learningRate,
      @Default("0.9")
          @Range(min = 0, max = 1, maxExclusive = true)
          @Doc("share mu of the momentum that is kept")
          double momentum) {}

  private final Settings settings;

  @Inject
  public SignMomentum(Settings settings) {
    this.settings = settings;
  }

  @Override
  public State initial(Parameters parameters) {
    return State.empty().with("momentum", Tensor.zeros(parameters.layout().size()));
  }

  @Override
  public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
    LossFunction.Evaluation here = loss.evaluate(parameters);
    double mu = settings.momentum();
    Tensor momentum = state.array("momentum").times(mu).plus(here.gradient().times(1 - mu));
    Tensor step = momentum.sign().times(settings.learningRate());
    Parameters next = parameters.map(p -> p.minus(step));
    return new Step(next, state.with("momentum", momentum), here.loss());
  }
}
