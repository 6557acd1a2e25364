package org.genlab.analyses.language;

import jakarta.inject.Inject;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;

/** Records curves and ranks under the names that are read. */
@Plugin(kind = Kind.METRIC, id = "made-up-curves", version = "1.0.0", summary = "Made-up curves")
public final class MadeUpCurves implements Metric {
  @Inject
  public MadeUpCurves() {}

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    int now = (int) snapshot.step();
    double[] steps = new double[now + 1];
    double[] hidden = new double[now + 1];
    double[] output = new double[now + 1];
    for (int t = 0; t <= now; t++) {
      steps[t] = t;
      hidden[t] = t == now ? 1 : 0.5 + 0.05 * t;
      output[t] = t == now ? 1 : 0.9;
    }
    recorder.array("linear-cka/steps", steps);
    recorder.array("linear-cka/hidden", hidden);
    recorder.array("linear-cka/output", output);
    recorder.number("proportional-effective-rank/hidden.weight", 0.3);
    recorder.number("proportional-effective-rank/output.weight", 0.6 + 0.01 * now);
  }
}
