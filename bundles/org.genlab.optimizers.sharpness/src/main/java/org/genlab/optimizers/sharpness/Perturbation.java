package org.genlab.optimizers.sharpness;

import java.util.Arrays;
import java.util.Locale;
import org.genlab.api.SettingException;
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
 * adaptive form. So |eps / T| = rho, unless the gradient vanishes.
 */
record Perturbation(Sam.Settings settings) {
  /** Keeps eps at 0 where the gradient is. */
  private static final double TINY = 1e-12;

  /**
   * What is to be added to the parameters.
   *
   * @param gradient at the parameters, in the shape of their values
   * @return eps, in the same shape
   * @throws SettingException when no parameter is to be perturbed
   */
  Tensor at(Parameters parameters, Tensor gradient) {
    if (!settings.adaptive() && settings.perturb() == Perturb.ALL) {
      return gradient.times(factor(gradient));
    }
    Tensor t = scale(parameters);
    Tensor scaled = gradient.times(t);
    return scaled.times(t).times(factor(scaled));
  }

  private double factor(Tensor scaled) {
    return settings.rho() / (scaled.norm().item() + TINY);
  }

  /** The diagonal of T. */
  private Tensor scale(Parameters parameters) {
    float[] mask = mask(parameters.layout());
    float eta = (float) settings.eta();
    boolean adaptive = settings.adaptive();
    return Elementwise.compute(
        (in, out, from, to) -> {
          float[] w = in[0];
          float[] t = out[0];
          for (int i = from; i < to; i++) {
            t[i] = adaptive ? mask[i] * (Math.abs(w[i]) + eta) : mask[i];
          }
        },
        parameters.flat());
  }

  /** For each value, 1 when it is perturbed and 0 when not. */
  private float[] mask(ParameterLayout layout) {
    float[] mask = new float[layout.size()];
    boolean any = false;
    for (Entry entry : layout.entries()) {
      boolean norm = entry.role() == Role.NORM;
      if (settings.perturb() == Perturb.ALL || norm == (settings.perturb() == Perturb.ONLY_NORM)) {
        Arrays.fill(mask, entry.offset(), entry.offset() + entry.size(), 1f);
        any |= entry.size() > 0;
      }
    }
    if (!any) {
      throw new SettingException(
          "perturb",
          "must name parameters that the network has, and it has none that are '"
              + settings.perturb().name().toLowerCase(Locale.ROOT).replace('_', '-')
              + "'");
    }
    return mask;
  }
}
