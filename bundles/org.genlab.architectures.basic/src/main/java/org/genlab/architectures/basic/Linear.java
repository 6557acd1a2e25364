package org.genlab.architectures.basic;

import jakarta.inject.Inject;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.data.DataSpec;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.Network;

/**
 * A linear model that is trained by gradients: output = x W + b. With cross-entropy it is softmax
 * regression, with a squared loss linear regression; {@code linear-regression} is the same model in
 * closed form, and {@code mlp} with the activation {@code identity} a deep linear network.
 *
 * <p>Real inputs of any shape are flattened. Targets are one class an example, or real numbers.
 * Parameters {@code weight} [d, outputs] and {@code bias} [outputs]. Weights start normal with
 * standard deviation {@code init-scale} / sqrt(d), so that a column's length is about init-scale;
 * with 0, the usual start of a convex problem, at zero. Biases start at zero. Feature: {@code
 * representation}, the input, [batch, d].
 */
@Plugin(
    kind = Kind.ARCHITECTURE,
    id = "linear",
    version = "1.0.0",
    summary = "A linear model trained by gradients: linear or softmax regression")
public final class Linear implements Architecture {
  /**
   * The settings.
   *
   * @param bias whether there is a bias
   * @param initScale the expected length of an output's initial weights
   */
  public record Settings(
      @Default("true") @Doc("whether there is a bias") boolean bias,
      @Default("0")
          @Range(min = 0, max = 1e9)
          @Doc("expected length of an output's initial weights; 0 for a start at zero")
          double initScale) {}

  private final Settings settings;

  @Inject
  public Linear(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Network build(DataSpec spec) {
    LinearMap.check("linear", spec);
    return new LinearNetwork(settings, spec);
  }
}
