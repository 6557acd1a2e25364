package org.genlab.regularizers.bottleneck;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.training.Regularizer;
import org.genlab.tensor.LinearAlgebra;
import org.genlab.tensor.Tensor;

/**
 * The information bottleneck of a feature that is seen through Gaussian noise, I(X;T) - beta I(T;Y)
 * with T = f(X) + xi, xi ~ N(0, I), in nats, from the second moments of the minibatch (Chechik,
 * Globerson, Tishby and Weiss, "Information bottleneck for Gaussian variables", JMLR 2005):
 *
 * <pre>
 *   I(X;T) = 1/2 log det(C_f + I),   I(T;Y) = I(X;T) - 1/2 log det(C_f|y + I),
 *   C_f|y = C_f - C_fy C_y^-1 C_yf
 * </pre>
 *
 * <p>It is exact where x and y are jointly Gaussian with the minibatch's moments and f is linear;
 * then the rank of the best f is known in closed form, see the analysis {@code
 * gaussian-information-bottleneck}. For other features it is the Gaussian with the same second
 * moments. Take minibatches of the whole training split, or large ones.
 *
 * <p>Several values of beta share the feature, [batch, values]: it is cut into as many parts of
 * equal width, in order, each with a bottleneck of its own, and the objectives are added. So one
 * run of a linear map without bias trains the whole curve over beta, as the parts have no weight in
 * common.
 *
 * <p>The targets are real numbers. The gradient is exact; second derivatives (of Hessian-vector
 * products, of methods that differentiate through an update) leave out what the logarithms of the
 * determinants contribute.
 */
@Plugin(
    kind = Kind.REGULARIZER,
    id = "gaussian-bottleneck",
    version = "1.0.0",
    summary = "Information bottleneck of a noisy feature, from second moments",
    source = "Chechik et al., JMLR 2005")
public final class GaussianBottleneck implements Regularizer {
  /**
   * The settings.
   *
   * @param betas what information about the target is worth to each part of the feature; at most 1
   *     it is worth nothing
   * @param feature f
   * @param weight of the objective
   */
  public record Settings(
      @Default("[10]")
          @Range(min = 0)
          @Doc("what information about the target is worth, beta; one number a part of the feature")
          List<Double> betas,
      @Default("representation") @Doc("feature that is seen through the noise") String feature,
      @Default("1") @Range(min = 0) @Doc("weight of the objective") double weight) {
    public Settings {
      betas = List.copyOf(betas);
      if (betas.isEmpty()) {
        throw new SettingException("betas", "must hold at least one number");
      }
    }
  }

  private final Settings settings;

  @Inject
  public GaussianBottleneck(Settings settings, Dataset dataset) {
    if (!(dataset.spec().target() instanceof TargetSpec.Values)) {
      throw new IllegalArgumentException(
          "gaussian-bottleneck needs targets that are real numbers, and the dataset has "
              + dataset.spec().target());
    }
    this.settings = settings;
  }

  @Override
  public Optional<Tensor> penalty(Pass pass, Context context) {
    if (settings.weight() == 0) {
      return Optional.empty();
    }
    int n = pass.batch().size();
    if (n < 2) {
      throw new IllegalArgumentException(
          "gaussian-bottleneck needs the second moments of a minibatch of at least 2 examples");
    }
    Tensor f = centred(pass.output().feature(settings.feature()).reshape(n, -1));
    Tensor y = centred(pass.batch().reals(Batch.TARGET).reshape(n, -1));
    int parts = settings.betas().size();
    int width = f.dimension(1) / parts;
    if (width * parts != f.dimension(1)) {
      throw new IllegalArgumentException(
          "gaussian-bottleneck has "
              + parts
              + " values of beta, and the feature '"
              + settings.feature()
              + "' has "
              + f.dimension(1)
              + " values, which cannot be cut into as many parts of equal width");
    }
    Tensor inverse = inverseMoments(y);
    Tensor sum = Tensor.scalar(0);
    for (int i = 0; i < parts; i++) {
      Tensor part = f.slice(1, i * width, (i + 1) * width);
      sum = sum.plus(lagrangian(part, y, inverse, settings.betas().get(i)));
    }
    return Optional.of(sum.times(settings.weight()));
  }

  /** (1 - beta)/2 log det(C_f + I) + beta/2 log det(C_f|y + I). */
  private static Tensor lagrangian(Tensor f, Tensor y, Tensor inverse, double beta) {
    Tensor all = moments(f, f);
    Tensor shared = moments(f, y);
    Tensor given = all.minus(shared.matmul(inverse).matmul(shared.transpose()));
    Tensor noise = identity(f.dimension(1));
    return logDeterminant(all.plus(noise))
        .times((1 - beta) / 2)
        .plus(logDeterminant(given.plus(noise)).times(beta / 2));
  }

  private static Tensor centred(Tensor x) {
    return x.minus(x.mean(true, 0));
  }

  /** The covariance matrix of two centred tables [n, p] and [n, q], [p, q]. */
  private static Tensor moments(Tensor a, Tensor b) {
    return a.transpose().matmul(b).times(1.0 / a.dimension(0));
  }

  private static Tensor identity(int n) {
    float[] values = new float[n * n];
    for (int i = 0; i < n; i++) {
      values[i * n + i] = 1;
    }
    return Tensor.of(values, n, n);
  }

  /** C_y^-1. */
  private static Tensor inverseMoments(Tensor y) {
    Tensor moments = moments(y, y).detach();
    try {
      return LinearAlgebra.solve(moments, identity(moments.dimension(0)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "gaussian-bottleneck: the targets of the minibatch are linearly dependent; more examples"
              + " or fewer outputs would be right",
          e);
    }
  }

  /** log det M of a positive definite matrix, with the gradient M^-1. */
  private static Tensor logDeterminant(Tensor m) {
    Tensor constant = m.detach();
    int n = constant.dimension(0);
    Tensor inverse = LinearAlgebra.solve(constant, identity(n));
    Tensor tangent = m.times(inverse.plus(inverse.transpose()).times(0.5)).sum();
    double value = LinearAlgebra.logDeterminant(constant).logarithm();
    return tangent.minus(tangent.detach()).plus(Tensor.scalar(value));
  }
}
