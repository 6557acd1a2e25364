package org.genlab.optimizers.sharpness;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Entry;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.optimizers.sharpness.Sam.Perturb;
import org.genlab.tensor.Elementwise;
import org.genlab.tensor.Tensor;

/**
 * The point of a ball at which the loss is largest, to first order: eps = rho T^2 g / (|T g| +
 * tiny), where T is 0 for parameters that are not perturbed, and else 1, or |w| + eta in the
 * adaptive form. So |eps / T| is rho, but less where |T g| is not far above the 1e-12 of tiny: half
 * of it at 1e-12, and 0 where the gradient vanishes. Where |T g| is too large for a float, T g is
 * made shorter first, which changes nothing else; where T g is not finite, eps is NaN.
 */
final class Perturbation {
  /** Keeps eps at 0 where the gradient is. */
  private static final double TINY = 1e-12;

  private final Sam.Settings settings;
  private final ParameterLayout layout;

  /** For each value, 1 when it is perturbed and 0 when not; empty when T is 1 everywhere. */
  private final float[] mask;

  /**
   * The perturbation of parameters of a layout.
   *
   * @throws IllegalArgumentException when no parameter is to be perturbed
   */
  Perturbation(Sam.Settings settings, ParameterLayout layout) {
    this.settings = settings;
    this.layout = layout;
    boolean all = settings.perturb() == Perturb.ALL;
    this.mask = all && !settings.adaptive() ? new float[0] : new float[layout.size()];
    boolean any = all;
    for (Entry entry : layout.entries()) {
      boolean norm = entry.role() == Role.NORM;
      if (all || norm == (settings.perturb() == Perturb.ONLY_NORM)) {
        any |= entry.size() > 0;
        if (mask.length > 0) {
          Arrays.fill(mask, entry.offset(), entry.offset() + entry.size(), 1f);
        }
      }
    }
    if (!any) {
      // No SettingException: the host would look for the setting in the outermost optimizer.
      throw new IllegalArgumentException(
          "sam has nothing to perturb: its setting 'perturb' is '"
              + settings.perturb().name().toLowerCase(Locale.ROOT).replace('_', '-')
              + "', and the network has no such parameters");
    }
  }

  /** Whether this is the perturbation of parameters of that layout. */
  boolean fits(ParameterLayout other) {
    return layout.equals(other);
  }

  /**
   * What is to be added to the parameters.
   *
   * @param parameters of the layout
   * @param gradient at the parameters, in the shape of their values
   * @return eps, in the same shape
   */
  Tensor at(Parameters parameters, Tensor gradient) {
    UnaryOperator<Tensor> byT = mask.length == 0 ? g -> g : scale(parameters)::times;
    Tensor scaled = byT.apply(gradient);
    double norm = scaled.norm().item();
    if (norm == Double.POSITIVE_INFINITY) {
      // The squares overflowed. Only then, so that other gradients are not rounded once more.
      scaled = scaled.dividedBy(scaled.abs().max(false, 0));
      norm = scaled.norm().item();
    }
    return byT.apply(scaled).times(settings.rho() / (norm + TINY));
  }

  /** The diagonal of T. */
  private Tensor scale(Parameters parameters) {
    float eta = (float) settings.eta();
    boolean adaptive = settings.adaptive();
    float[] chosen = mask;
    return Elementwise.compute(
        (in, out, from, to) -> {
          float[] w = in[0];
          float[] t = out[0];
          for (int i = from; i < to; i++) {
            t[i] = adaptive ? chosen[i] * (Math.abs(w[i]) + eta) : chosen[i];
          }
        },
        parameters.flat());
  }
}
