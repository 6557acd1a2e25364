package org.genlab.metrics.basic;

import jakarta.inject.Inject;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.ParameterLayout.Entry;
import org.genlab.api.model.Parameters;

/**
 * Norms of the main model's parameters: the series {@code weight-norm/l2}, the square root of the
 * sum of the squares, and {@code weight-norm/l1}, the sum of the absolute values, over all
 * parameters. With {@code per-parameter}, also {@code weight-norm/l2/name} and {@code
 * weight-norm/l1/name} for each named parameter. Added up in double precision.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "weight-norm",
    version = "1.0.0",
    summary = "L2 and L1 norm of all parameters and of each")
public final class WeightNorm implements Metric {
  /**
   * The settings.
   *
   * @param perParameter whether the norms of each named parameter are recorded too
   */
  public record Settings(
      @Default("false") @Doc("whether the norms of each named parameter are recorded too")
          boolean perParameter) {}

  private final Settings settings;

  @Inject
  public WeightNorm(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    Parameters parameters = snapshot.model().parameters();
    float[] values = parameters.flat().toArray();
    double squares = 0;
    double magnitudes = 0;
    for (Entry entry : parameters.layout().entries()) {
      double entrySquares = 0;
      double entryMagnitudes = 0;
      for (int i = entry.offset(); i < entry.offset() + entry.size(); i++) {
        entrySquares += (double) values[i] * values[i];
        entryMagnitudes += Math.abs(values[i]);
      }
      squares += entrySquares;
      magnitudes += entryMagnitudes;
      if (settings.perParameter()) {
        recorder.number("weight-norm/l2/" + entry.name(), Math.sqrt(entrySquares));
        recorder.number("weight-norm/l1/" + entry.name(), entryMagnitudes);
      }
    }
    recorder.number("weight-norm/l2", Math.sqrt(squares));
    recorder.number("weight-norm/l1", magnitudes);
  }
}
