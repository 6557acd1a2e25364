package org.genlab.architectures.kernels;

import jakarta.inject.Inject;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.Network;

/**
 * The network with one hidden layer of n rectified units and 2n + d weights that goes through any n
 * points in d dimensions: c(x) = sum_j w_j max(&lt;a, x&gt; - b_j, 0) (Zhang, Bengio, Hardt, Recht
 * and Vinyals, arXiv 1611.03530, theorem 1). It is computed from the training data at the start of
 * a run, and has nothing to train: a is drawn at random, which makes all z_i = &lt;a, x_i&gt;
 * different when the x_i are; then b lies between the sorted z_i, and w solves a triangular system.
 *
 * <p>Real targets of one number are c(x). Classes k are numbers as well: c goes through the class
 * of each example, and the outputs are max(0, 1 - |c(x) - k|), with c(x) limited to the range of
 * the classes; they are 1 for the right class and 0 for the others exactly where c interpolates.
 *
 * <p>Buffers: {@code a} [d], {@code b} and {@code w}, each [3, n]: numbers of double precision, of
 * which the columns are the parts. Feature: {@code value}, c(x), [batch, 1]. Gradients with respect
 * to inputs are taken in single precision.
 */
@Plugin(
    kind = Kind.ARCHITECTURE,
    id = "two-layer-interpolator",
    version = "1.0.0",
    summary = "The network with n hidden units and 2n + d weights through any n points",
    source = "arXiv:1611.03530, theorem 1")
public final class TwoLayerInterpolator implements Architecture {
  @Inject
  public TwoLayerInterpolator() {}

  @Override
  public Network build(DataSpec spec) {
    int dimensions = Targets.dimensions("two-layer-interpolator", spec);
    boolean oneNumber =
        spec.target() instanceof TargetSpec.Values values
            && values.shape().stream().reduce(1, Math::multiplyExact) == 1;
    if (!oneNumber && !(spec.target() instanceof TargetSpec.Classes)) {
      throw new IllegalArgumentException(
          "two-layer-interpolator predicts one class or one real number an example, and the"
              + " dataset wants "
              + spec.target());
    }
    return new TwoLayerInterpolatorNetwork(dimensions, spec.target());
  }
}
