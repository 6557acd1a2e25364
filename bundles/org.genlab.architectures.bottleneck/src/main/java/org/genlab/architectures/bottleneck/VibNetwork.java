package org.genlab.architectures.bottleneck;

import jakarta.inject.Inject;
import java.util.List;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.Network;

/**
 * A network with a stochastic Gaussian bottleneck (Alemi et al., "Deep variational information
 * bottleneck", arXiv 1612.00410, section 3; with a linear decoder as in section 4.1):
 *
 * <pre>
 *   h_0 = x;   h_i = relu(h_(i-1) W_i + b_i)                     the encoder's hidden layers
 *   mu = h_n W_mu + b_mu;   s = h_n W_s + b_s;   sigma = exp(s / 2)
 *   t = mu + sigma epsilon,   epsilon ~ N(0, I);   output = t W + b
 * </pre>
 *
 * <p>The bottleneck t is drawn by reparameterisation, one sample an example, in training; in
 * evaluation it is its mean mu. What bounds the information in t is a regularizer: {@code
 * vib-loss}. Without one the variance learns to vanish.
 *
 * <p>Inputs are real numbers of any shape, which are flattened; targets one class an example, or
 * real numbers. Weights are drawn from N(0, 2/fan-in) in hidden layers and N(0, 1/fan-in)
 * elsewhere; biases are 0, but for {@code b_s}, which is {@code initial-log-variance}. Features,
 * all [batch, width]: {@code hidden.i.pre} (what the activation reads) and {@code hidden.i} from 0,
 * {@code bottleneck.mean}, {@code bottleneck.log-variance} (s), and {@code bottleneck}, t.
 */
@Plugin(
    kind = Kind.ARCHITECTURE,
    id = "vib-network",
    version = "1.0.0",
    summary = "A perceptron with a stochastic Gaussian bottleneck before a linear decoder",
    source = "arXiv:1612.00410, section 3")
public final class VibNetwork implements Architecture {
  /**
   * The settings.
   *
   * @param hidden units of the encoder's hidden layers, input side first
   * @param bottleneck dimensions of t
   * @param initialLogVariance what log sigma^2 is at first
   */
  public record Settings(
      @Default("[1024, 1024]")
          @Range(min = 1, max = 1000000)
          @Doc("units of the encoder's hidden layers")
          List<Integer> hidden,
      @Default("256") @Range(min = 1, max = 1000000) @Doc("dimensions of the bottleneck")
          int bottleneck,
      @Default("-5")
          @Range(min = -50, max = 50)
          @Doc("logarithm of the bottleneck's variance at first")
          double initialLogVariance) {
    public Settings {
      hidden = List.copyOf(hidden);
    }
  }

  private final Settings settings;

  @Inject
  public VibNetwork(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Network build(DataSpec spec) {
    if (!(spec.input() instanceof InputSpec.Values)) {
      throw new IllegalArgumentException(
          "vib-network reads real numbers, and the dataset gives " + spec.input());
    }
    if (!(spec.target() instanceof TargetSpec.Classes)
        && !(spec.target() instanceof TargetSpec.Values)) {
      throw new IllegalArgumentException(
          "vib-network predicts one class or real numbers an example, and the dataset wants "
              + spec.target());
    }
    return new Bottleneck(settings, spec);
  }
}
