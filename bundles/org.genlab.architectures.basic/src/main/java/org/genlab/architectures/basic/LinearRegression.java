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
 * Linear regression in closed form: output = x W + b with the W and b that minimise
 *
 * <pre>
 *   1/n sum_i |x_i W + b - y_i|^2 + ridge |W|^2
 * </pre>
 *
 * on the training split. With {@code ridge: 0} these are least squares, and where several W attain
 * the minimum (fewer examples than dimensions) the one of smallest norm, which is where gradient
 * descent from zero ends. The bias is not penalised. Classes are regressed on as one-hot vectors.
 *
 * <p>Real inputs of any shape are flattened. There is nothing to train; what it learns are the
 * buffers {@code weight} [d, outputs] and {@code bias} [outputs]. Computed with a singular value
 * decomposition of the inputs in single precision, less their mean where there is a bias; singular
 * values of at most 1e-5 of the largest count as zero, as rounding alone can make such ones.
 * Feature: {@code representation}, the input, [batch, d].
 */
@Plugin(
    kind = Kind.ARCHITECTURE,
    id = "linear-regression",
    version = "1.1.0",
    summary = "Least squares, ridge or minimum-norm regression in closed form")
public final class LinearRegression implements Architecture {
  /**
   * The settings.
   *
   * @param bias whether there is a bias
   * @param ridge the coefficient of the squared norm of the weights
   */
  public record Settings(
      @Default("true") @Doc("whether there is a bias") boolean bias,
      @Default("0")
          @Range(min = 0, max = 1e12)
          @Doc("coefficient of the weights' squared norm; 0 for the least squares of smallest norm")
          double ridge) {}

  private final Settings settings;

  @Inject
  public LinearRegression(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Network build(DataSpec spec) {
    LinearMap.check("linear-regression", spec);
    return new LinearRegressionNetwork(settings, spec);
  }
}
