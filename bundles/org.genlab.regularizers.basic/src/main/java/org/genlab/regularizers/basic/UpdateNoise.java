package org.genlab.regularizers.basic;

import jakarta.inject.Inject;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.Regularizer;
import org.genlab.tensor.Tensor;

/**
 * Normal noise added to each update: after + sigma xi with xi ~ N(0, I) (Power et al., "Grokking",
 * arXiv 2201.02177, appendix A.1.2, where it is one of the interventions compared).
 *
 * <p>sigma is the given standard deviation, or with {@code relative-to: update} that times the root
 * mean square of the update, after - before.
 */
@Plugin(
    kind = Kind.REGULARIZER,
    id = "update-noise",
    version = "1.0.0",
    summary = "Adds normal noise to what the optimizer does",
    source = "arXiv:2201.02177, appendix A.1.2")
public final class UpdateNoise implements Regularizer {
  /** The unit of the standard deviation. */
  public enum Unit {
    /** That of the parameters. */
    ABSOLUTE,
    /** The root mean square of the step's update. */
    UPDATE
  }

  /**
   * The settings.
   *
   * @param standardDeviation of the noise
   * @param relativeTo the unit of the standard deviation
   */
  public record Settings(
      @Default("0.1") @Range(min = 0) @Doc("standard deviation of the noise, sigma")
          double standardDeviation,
      @Default("update") @Doc("its unit: update (root mean square of the update) or absolute")
          Unit relativeTo) {}

  private final Settings settings;

  @Inject
  public UpdateNoise(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Parameters update(Parameters before, Parameters after, Context context) {
    if (settings.standardDeviation() == 0) {
      return after;
    }
    double sigma = settings.standardDeviation();
    if (settings.relativeTo() == Unit.UPDATE) {
      sigma *= Math.sqrt(after.flat().minus(before.flat()).square().mean().item());
    }
    Tensor noise = Tensor.normal(context.random("noise"), sigma, after.flat().size());
    return after.map(flat -> flat.plus(noise));
  }
}
