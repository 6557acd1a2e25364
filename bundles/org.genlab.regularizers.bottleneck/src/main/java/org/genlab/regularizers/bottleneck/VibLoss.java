package org.genlab.regularizers.bottleneck;

import jakarta.inject.Inject;
import java.util.Optional;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.training.Regularizer;
import org.genlab.tensor.Tensor;

/**
 * The rate of a variational information bottleneck: a weight times the mean over the examples of
 *
 * <pre>
 *   KL( N(mu, diag sigma^2) || N(0, I) ) = 1/2 sum_j (mu_j^2 + sigma_j^2 - log sigma_j^2 - 1)   in nats,
 * </pre>
 *
 * an upper bound of the information that the bottleneck keeps of the input (Alemi et al., "Deep
 * variational information bottleneck", arXiv 1612.00410, equation 17; the weight is its beta, and 1
 * / beta where the bottleneck is written as I(X;T) - beta I(T;Y)). It is added to the data term of
 * another regularizer, such as {@code cross-entropy} or {@code mse}.
 *
 * <p>mu and log sigma^2 are two features of the network, [batch, ...] of the same shape, by default
 * those of {@code vib-network}.
 */
@Plugin(
    kind = Kind.REGULARIZER,
    id = "vib-loss",
    version = "1.0.0",
    summary = "Divergence of a stochastic bottleneck from a standard normal, times a weight",
    source = "arXiv:1612.00410, equation 17")
public final class VibLoss implements Regularizer {
  /**
   * The settings.
   *
   * @param weight of the divergence
   * @param mean the feature mu
   * @param logVariance the feature log sigma^2
   */
  public record Settings(
      @Default("1e-3") @Range(min = 0) @Doc("weight of the divergence") double weight,
      @Default("bottleneck.mean") @Doc("feature with the means") String mean,
      @Default("bottleneck.log-variance") @Doc("feature with the logarithms of the variances")
          String logVariance) {}

  private final Settings settings;

  @Inject
  public VibLoss(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Optional<Tensor> penalty(Pass pass, Context context) {
    if (settings.weight() == 0) {
      return Optional.empty();
    }
    Tensor mean = pass.output().feature(settings.mean());
    Tensor logVariance = pass.output().feature(settings.logVariance());
    if (!mean.shape().equals(logVariance.shape())) {
      throw new IllegalArgumentException(
          "vib-loss needs a variance for each mean, and '"
              + settings.mean()
              + "' has shape "
              + mean.shape()
              + ", '"
              + settings.logVariance()
              + "' "
              + logVariance.shape());
    }
    // sigma^2 - 1 - log sigma^2, exact where sigma is nearly 1
    Tensor spread = logVariance.expm1().minus(logVariance);
    Tensor divergence = mean.square().plus(spread).sum().times(0.5);
    return Optional.of(divergence.times(settings.weight() / Math.max(1, pass.batch().size())));
  }
}
