package org.example.myoptimizer;

import jakarta.inject.Inject;
import java.util.Map;
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
 * Cautious momentum: momentum that waits where it disagrees with the gradient, as Liang et al. propose
 * (arXiv:2411.16085, algorithm 1). With v the momentum and m the share of its components that have
 * the sign of the gradient,
 *
 * <pre>
 *   v    = mu v + g
 *   step = eta (v where v g > 0, else 0) / m
 * </pre>
 */
@Plugin(
    kind = Kind.OPTIMIZER,
    id = "my-optimizer",
    version = "1.0.0",
    summary = "Momentum that waits where it disagrees with the gradient",
    source = "arXiv:2411.16085")
public final class MyOptimizer implements Optimizer {
  /**
   * The settings. In experiments they are written learning-rate and momentum.
   *
   * @param learningRate eta
   * @param momentum mu
   */
  public record Settings(
      @Default("0.05") @Range(min = 0) @Doc("the learning rate eta") double learningRate,
      @Default("0.9")
          @Range(min = 0, max = 1, maxExclusive = true)
          @Doc("the share mu of the momentum that is kept")
          double momentum) {}

  private final Settings settings;

  @Inject
  public MyOptimizer(Settings settings) {
    this.settings = settings;
  }

  /** What is remembered between steps is in the state, and nowhere else. */
  @Override
  public State initial(Parameters parameters) {
    return State.empty().with("momentum", Tensor.zeros(parameters.layout().size()));
  }

  @Override
  public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
    LossFunction.Evaluation here = loss.evaluate(parameters);
    Tensor gradient = here.gradient();
    Tensor momentum = state.array("momentum").times(settings.momentum()).plus(gradient);
    Tensor zeros = Tensor.zeros(momentum.size());
    Tensor agrees = momentum.times(gradient).greaterThan(zeros);
    double share = Math.max(agrees.mean().item(), 1e-3);
    Tensor step = momentum.times(agrees).times(settings.learningRate() / share);
    return new Step(
        parameters.map(p -> p.minus(step)),
        state.with("momentum", momentum),
        here.loss(),
        Map.of("agreement", share));
  }
}
