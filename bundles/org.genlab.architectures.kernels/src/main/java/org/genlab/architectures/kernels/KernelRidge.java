package org.genlab.architectures.kernels;

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
 * Kernel ridge regression: f(x) = sum_i a_i k(x_i, x), with (K + r I) a = y over the training
 * examples, where K_ij = k(x_i, x_j). It is computed from the training data at the start of a run,
 * and has nothing to train.
 *
 * <p>Without ridge, r = 0, this is the interpolation of minimal norm (Zhang, Bengio, Hardt, Recht
 * and Vinyals, arXiv 1611.03530, section 5: K a = y); where K is singular, the least-squares
 * solution of minimal norm. The linear kernel gives the minimum-norm linear model that gradient
 * descent from zero finds, without intercept.
 *
 * <p>Classes are regressed as one output each, 1 for the right one and 0 for the others. Buffers:
 * {@code centers}, the examples in use, {@code coefficients}, their a, [3, centers, outputs]:
 * numbers of double precision, of which the first axis has the parts, and {@code scale}, [3, 1],
 * the bandwidth. Feature {@code kernel}: k(x, center), [batch, centers].
 *
 * <p>Where K is nearly singular, the a are large and cancel out. So outputs are computed in double
 * precision; their gradients with respect to inputs are taken in single precision.
 */
@Plugin(
    kind = Kind.ARCHITECTURE,
    id = "kernel-ridge",
    version = "1.1.0",
    summary = "Kernel ridge regression and minimum-norm interpolation, computed from the data",
    source = "arXiv:1611.03530, section 5")
public final class KernelRidge implements Architecture {
  /**
   * The settings.
   *
   * @param kernel k
   * @param bandwidth s of the kernel; 0 for the median distance between training examples; not of
   *     the linear kernel, which has none
   * @param bandwidthFactor what the bandwidth is multiplied by
   * @param ridge r
   */
  public record Settings(
      @Default("gaussian") @Doc("gaussian, laplacian or linear") Kernel kernel,
      @Default("0")
          @Range(min = 0)
          @Doc("bandwidth of the kernel; 0 for the median distance between training examples")
          double bandwidth,
      @Default("1") @Range(min = 0, minExclusive = true) @Doc("factor on the bandwidth")
          double bandwidthFactor,
      @Default("0") @Range(min = 0) @Doc("r, added to the diagonal of the kernel matrix")
          double ridge) {
    public Settings {
      if (kernel == Kernel.LINEAR && bandwidth != 0) {
        throw new SettingException(
            "bandwidth", "must be left out, as the linear kernel has none, and is " + bandwidth);
      }
      if (kernel == Kernel.LINEAR && bandwidthFactor != 1) {
        throw new SettingException(
            "bandwidthFactor",
            "must be left out, as the linear kernel has no bandwidth, and is " + bandwidthFactor);
      }
    }
  }

  private final Settings settings;

  @Inject
  public KernelRidge(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Network build(DataSpec spec) {
    int dimensions = Targets.dimensions("kernel-ridge", spec);
    if (!(spec.target() instanceof TargetSpec.Classes)
        && !(spec.target() instanceof TargetSpec.Values)) {
      throw new IllegalArgumentException(
          "kernel-ridge predicts one class or real numbers an example, and the dataset wants "
              + spec.target());
    }
    return new KernelRidgeNetwork(settings, dimensions, spec.target());
  }
}
