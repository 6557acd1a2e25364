package org.genlab.metrics.basic;

import jakarta.inject.Inject;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;

/**
 * The share of a split's examples whose class is predicted, in [0, 1]: the series {@code
 * split/accuracy} of each evaluated split. Of equal logits the first counts as the prediction. With
 * a class for each position, the share of the positions that count.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "accuracy",
    version = "1.0.0",
    summary = "Share of the examples of each split whose class is predicted")
public final class Accuracy implements Metric {
  @Inject
  public Accuracy(Dataset dataset) {
    if (!Scores.hasClasses(dataset)) {
      throw new IllegalArgumentException(
          "accuracy needs targets that are classes, and the dataset has "
              + dataset.spec().target());
    }
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    for (Split split : snapshot.splits()) {
      recorder.number(split.name() + "/accuracy", Scores.accuracy(snapshot.predictions(split)));
    }
  }
}
