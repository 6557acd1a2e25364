package org.genlab.optimizers.firstorder;

import jakarta.inject.Inject;
import java.util.List;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.Schedule;
import org.genlab.api.training.State;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, "Decoupled weight decay regularization",
 * arXiv 1711.05101, algorithm 2, with the learning rate as a factor of the decay).
 *
 * <pre>
 *   m = beta1 m + (1 - beta1) g;    v = beta2 v + (1 - beta2) g^2
 *   theta = theta - eta lambda (theta - target) - eta m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * <p>The target of the decay is zero or, as compared in the grokking paper (arXiv 2201.02177,
 * appendix A.1.2), the initial values.
 */
@Plugin(
    kind = Kind.OPTIMIZER,
    id = "adamw",
    version = "1.0.0",
    summary = "Adam with decoupled weight decay",
    source = "arXiv:1711.05101, algorithm 2")
public final class AdamW implements Optimizer {
  /**
   * The settings.
   *
   * @param learningRate eta
   * @param betas decay rates of the first and of the second moment
   * @param epsilon added to the root of the second moment
   * @param weightDecay lambda
   * @param decayTowards what the parameters are pulled to
   * @param decayRoles roles of the parameters that are decayed
   * @param schedule a factor of the learning rate along the steps
   * @param clipNorm the largest norm of the gradient; 0 for no limit
   */
  public record Settings(
      @Default("1e-3") @Range(min = 0) @Doc("the learning rate eta") double learningRate,
      @Default("[0.9, 0.999]")
          @Range(min = 0, max = 1, maxExclusive = true)
          @Doc("decay rates of the first and of the second moment")
          List<Double> betas,
      @Default("1e-8")
          @Range(min = 0, minExclusive = true)
          @Doc("added to the root of the second moment")
          double epsilon,
      @Default("0.01")
          @Range(min = 0)
          @Doc("coefficient lambda of the decay; each step shrinks by eta lambda")
          double weightDecay,
      @Default("zero") @Doc("what decay pulls the parameters to: zero or initialization")
          Towards decayTowards,
      @Default("[weight, bias, norm, embedding]")
          @Doc("roles of the parameters that are decayed: weight, bias, norm, embedding")
          List<Role> decayRoles,
      @Default("{}") @Doc("factor of the learning rate along the steps") Schedule schedule,
      @Default("0") @Range(min = 0) @Doc("largest norm of the gradient; 0 for no limit")
          double clipNorm) {
    public Settings {
      betas = List.copyOf(betas);
      decayRoles = List.copyOf(decayRoles);
      Moments.check(betas);
    }
  }

  private final Settings settings;
  private final Moments moments;

  @Inject
  public AdamW(Settings settings) {
    this.settings = settings;
    this.moments =
        new Moments(
            settings.betas().get(0),
            settings.betas().get(1),
            settings.epsilon(),
            0,
            settings.weightDecay(),
            settings.decayTowards(),
            new Decay(settings.decayRoles()));
  }

  @Override
  public State initial(Parameters parameters) {
    return moments.initial(parameters);
  }

  @Override
  public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
    LossFunction.Evaluation evaluation = loss.evaluate(parameters);
    Pace pace =
        Pace.of(
            settings.learningRate(),
            settings.schedule(),
            settings.clipNorm(),
            evaluation.gradient(),
            context);
    Moments.Moved moved = moments.step(parameters, evaluation.gradient(), state, pace);
    return new Step(moved.parameters(), moved.state(), evaluation.loss(), pace.diagnostics());
  }
}
