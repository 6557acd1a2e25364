package org.genlab.metrics.basic;

import jakarta.inject.Inject;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;

/**
 * The mean data term of the objective over a split, without penalties and training-only hooks: the
 * series {@code split/loss} of each evaluated split.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "loss",
    version = "1.0.0",
    summary = "Mean data term of the objective on each split")
public final class Loss implements Metric {
  @Inject
  public Loss() {}

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    for (Split split : snapshot.splits()) {
      recorder.number(split.name() + "/loss", Scores.loss(snapshot.predictions(split)));
    }
  }
}
