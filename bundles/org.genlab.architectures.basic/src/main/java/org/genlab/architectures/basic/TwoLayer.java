package org.genlab.architectures.basic;

import jakarta.inject.Inject;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.Network;

/**
 * The two-layer network of theory: f(x) = s sum_j a_j phi(w_j'x + b_j) over m hidden units, with s
 * = 1/sqrt(m) (neural tangent scaling) or 1/m (mean-field scaling).
 *
 * <p>Weights w_j start normal with standard deviation {@code init-deviation} in each coordinate,
 * biases b_j (when there are any) at zero. The outer weights a_j are
 *
 * <ul>
 *   <li>{@code trained}: parameters, one for each output, that start standard normal;
 *   <li>{@code signs}: not trained, +1 for even j and -1 for odd j. As units are drawn
 *       independently it makes no difference which of them have which sign. There is one output: a
 *       real target is predicted by f; of two classes the logits are (-f/2, f/2), so that their
 *       cross-entropy is the logistic loss log(1 + exp(-y f)), y = +1 for class 1 and -1 for class
 *       0.
 * </ul>
 *
 * <p>Real inputs of any shape are flattened. Targets are one class an example, or real numbers.
 * Parameters {@code hidden.0.weight} [d, m], {@code hidden.0.bias} [m], {@code readout.weight} [m,
 * outputs]. Features: {@code preactivation.0} and {@code representation}, before and after phi,
 * [batch, m].
 */
@Plugin(
    kind = Kind.ARCHITECTURE,
    id = "two-layer",
    version = "1.0.0",
    summary = "The two-layer network of theory, with trained or fixed outer weights")
public final class TwoLayer implements Architecture {
  /** The outer weights. */
  public enum OuterWeights {
    TRAINED,
    SIGNS
  }

  /** The factor of the sum over units. */
  public enum Scale {
    /** 1/sqrt(m). */
    NEURAL_TANGENT,
    /** 1/m. */
    MEAN_FIELD;

    double of(int width) {
      return this == MEAN_FIELD ? 1.0 / width : 1 / Math.sqrt(width);
    }
  }

  /**
   * The settings.
   *
   * @param width m
   * @param activation phi
   * @param bias whether units have biases b_j
   * @param outerWeights where the a_j come from
   * @param scale s
   * @param initDeviation standard deviation of an initial weight; 0 for 1/sqrt(d)
   */
  public record Settings(
      @Default("128") @Range(min = 1, max = 10000000) @Doc("hidden units m") int width,
      @Default("relu") @Doc("relu, gelu, tanh or identity") Activation activation,
      @Default("false") @Doc("whether hidden units have biases") boolean bias,
      @Default("trained") @Doc("outer weights: trained, or signs: fixed at +1 and -1 in turn")
          OuterWeights outerWeights,
      @Default("neural-tangent") @Doc("neural-tangent: 1/sqrt(m); mean-field: 1/m") Scale scale,
      @Default("0")
          @Range(min = 0, max = 1e9)
          @Doc("standard deviation of initial weights of hidden units; 0 for 1/sqrt(d)")
          double initDeviation) {}

  private final Settings settings;

  @Inject
  public TwoLayer(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Network build(DataSpec spec) {
    LinearMap.check("two-layer", spec);
    if (settings.outerWeights() == OuterWeights.SIGNS
        && LinearMap.outputs(spec) != (spec.target() instanceof TargetSpec.Classes ? 2 : 1)) {
      throw new SettingException(
          "outerWeights",
          "'signs' give one output, for one real target or two classes, and the dataset wants "
              + spec.target());
    }
    return new TwoLayerNetwork(settings, spec);
  }
}
