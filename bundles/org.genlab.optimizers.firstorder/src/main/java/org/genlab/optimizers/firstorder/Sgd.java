package org.genlab.optimizers.firstorder;

import jakarta.inject.Inject;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.Schedule;
import org.genlab.api.training.State;
import org.genlab.tensor.Elementwise;
import org.genlab.tensor.Tensor;

/**
 * Stochastic gradient descent, with momentum (Polyak 1964) or Nesterov's momentum (in the form of
 * Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML
 * 2013).
 *
 * <pre>
 *   g = gradient + lambda theta
 *   b = mu b + g
 *   theta = theta - eta b               (Nesterov: theta - eta (g + mu b))
 * </pre>
 */
@Plugin(
    kind = Kind.OPTIMIZER,
    id = "sgd",
    version = "1.0.0",
    summary = "Stochastic gradient descent with momentum or Nesterov's momentum")
public final class Sgd implements Optimizer {
  /**
   * The settings.
   *
   * @param learningRate eta
   * @param momentum mu
   * @param nesterov whether Nesterov's form is used
   * @param weightDecay lambda, coupled: added to the gradient
   * @param schedule a factor of the learning rate along the steps
   * @param clipNorm the largest norm of the gradient; 0 for no limit
   */
  public record Settings(
      @Default("0.1") @Range(min = 0) @Doc("the learning rate eta") double learningRate,
      @Default("0")
          @Range(min = 0, max = 1, maxExclusive = true)
          @Doc("the coefficient mu of the momentum")
          double momentum,
      @Default("false") @Doc("whether momentum takes Nesterov's form") boolean nesterov,
      @Default("0") @Range(min = 0) @Doc("coefficient lambda of the parameters in the gradient")
          double weightDecay,
      @Default("{}") @Doc("factor of the learning rate along the steps") Schedule schedule,
      @Default("0") @Range(min = 0) @Doc("largest norm of the gradient; 0 for no limit")
          double clipNorm) {
    public Settings {
      if (nesterov && momentum == 0) {
        throw new SettingException("nesterov", "needs a momentum above 0");
      }
    }
  }

  private final Settings settings;

  @Inject
  public Sgd(Settings settings) {
    this.settings = settings;
  }

  @Override
  public State initial(Parameters parameters) {
    return settings.momentum() == 0
        ? State.empty()
        : State.empty().with("momentum", Tensor.zeros(parameters.flat().size()));
  }

  @Override
  public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
    LossFunction.Evaluation evaluation = loss.evaluate(parameters);
    Tensor gradient = evaluation.gradient();
    Pace pace =
        Pace.of(
            settings.learningRate(), settings.schedule(), settings.clipNorm(), gradient, context);
    float rate = pace.rate();
    float scale = pace.scale();
    float decay = (float) settings.weightDecay();
    if (settings.momentum() == 0) {
      Tensor moved =
          Elementwise.replace(
              (in, out, from, to) -> {
                float[] theta = in[0];
                float[] g = in[1];
                float[] next = out[0];
                for (int i = from; i < to; i++) {
                  next[i] = theta[i] - rate * (scale * g[i] + decay * theta[i]);
                }
              },
              parameters.flat(),
              gradient);
      return new Step(parameters.with(moved), state, evaluation.loss(), pace.diagnostics());
    }
    float momentum = (float) settings.momentum();
    float ahead = settings.nesterov() ? momentum : 1;
    float now = settings.nesterov() ? 1 : 0;
    Tensor[] moved =
        Elementwise.replace(
            2,
            (in, out, from, to) -> {
              float[] theta = in[0];
              float[] b = in[1];
              float[] g = in[2];
              float[] next = out[0];
              float[] nextB = out[1];
              for (int i = from; i < to; i++) {
                float d = scale * g[i] + decay * theta[i];
                float velocity = momentum * b[i] + d;
                nextB[i] = velocity;
                next[i] = theta[i] - rate * (now * d + ahead * velocity);
              }
            },
            parameters.flat(),
            state.array("momentum"),
            gradient);
    return new Step(
        parameters.with(moved[0]),
        state.with("momentum", moved[1]),
        evaluation.loss(),
        pace.diagnostics());
  }
}
