package org.genlab.optimizers.privacy;

import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.Schedule;
import org.genlab.api.training.State;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * Differentially private gradient descent (Abadi, Chu, Goodfellow, McMahan, Mironov, Talwar and
 * Zhang, "Deep learning with differential privacy", arXiv 1607.00133, algorithm 1): the gradient of
 * each of the B examples is clipped to norm C, and Gaussian noise is added to their sum.
 *
 * <pre>
 *   g_i   = gradient of the data term of example i
 *   g     = 1/B (sum_i g_i min(1, C / |g_i|) + sigma C N(0, I))
 *   theta = theta - eta g
 * </pre>
 *
 * <p>Penalties and weights of examples have no part in the gradient: only what is clipped is
 * private. Minibatches are those of the procedure, not Poisson samples as in the paper; no privacy
 * budget is accounted for. Costs the memory of B gradients. Diagnostics: {@code learning-rate},
 * {@code clipped}, the share of the examples whose gradient was clipped.
 */
@Plugin(
    kind = Kind.OPTIMIZER,
    id = "dp-sgd",
    version = "1.0.0",
    summary = "Gradient descent with clipped gradients of single examples and Gaussian noise",
    source = "arXiv:1607.00133, algorithm 1")
public final class DpSgd implements Optimizer {
  /**
   * The settings.
   *
   * @param learningRate eta
   * @param clipNorm C
   * @param noise sigma
   * @param schedule a factor of the learning rate along the steps
   */
  public record Settings(
      @Default("0.1") @Range(min = 0) @Doc("the learning rate eta") double learningRate,
      @Default("1")
          @Range(min = 0, minExclusive = true)
          @Doc("largest norm C of an example's gradient")
          double clipNorm,
      @Default("1") @Range(min = 0) @Doc("standard deviation sigma of the noise, in units of C")
          double noise,
      @Default("{}") @Doc("factor of the learning rate along the steps") Schedule schedule) {}

  private final Settings settings;

  @Inject
  public DpSgd(Settings settings) {
    this.settings = settings;
  }

  @Override
  public State initial(Parameters parameters) {
    return State.empty();
  }

  @Override
  public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
    double value = loss.value(parameters).item();
    Tensor gradients = loss.perExampleGradients(parameters);
    int n = gradients.dimension(0);
    double rate =
        settings.learningRate()
            * settings.schedule().factor(context.step(), Math.max(1, context.totalSteps()));
    float[] norms = gradients.square().sum(false, 1).sqrt().toArray();
    float[] factors = new float[n];
    int clipped = 0;
    for (int i = 0; i < n; i++) {
      boolean above = norms[i] > settings.clipNorm();
      clipped += above ? 1 : 0;
      factors[i] = above ? (float) (settings.clipNorm() / norms[i]) : 1;
    }
    Tensor sum = Tensor.of(factors, 1, n).matmul(gradients).reshape(-1);
    if (settings.noise() > 0) {
      sum = sum.plus(noise(sum.size(), context.random("noise")));
    }
    Parameters moved = parameters.with(parameters.flat().minus(sum.times(rate / n)));
    Map<String, Double> diagnostics = new LinkedHashMap<>();
    diagnostics.put("learning-rate", rate);
    diagnostics.put("clipped", (double) clipped / n);
    return new Step(moved, state, (float) value, diagnostics);
  }

  private Tensor noise(int size, RandomStream random) {
    float[] values = new float[size];
    double deviation = settings.noise() * settings.clipNorm();
    for (int i = 0; i < size; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return Tensor.of(values, size);
  }
}
