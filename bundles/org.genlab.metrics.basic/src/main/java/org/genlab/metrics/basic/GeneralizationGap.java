package org.genlab.metrics.basic;

import jakarta.inject.Inject;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;

/**
 * How much worse a split goes than the training split. For each evaluated split but the training
 * split, the first of the dataset: {@code split/generalization-gap}, the loss on the split minus
 * that on the training split; and, when targets are classes, {@code split/accuracy-gap}, the
 * training accuracy minus that on the split. Both are positive when the network does worse on the
 * split.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "generalization-gap",
    version = "1.0.0",
    summary = "Loss and accuracy of each split compared with the training split")
public final class GeneralizationGap implements Metric {
  private final Split train;
  private final boolean classes;

  @Inject
  public GeneralizationGap(Dataset dataset) {
    train = dataset.splits().get(0);
    classes = Scores.hasClasses(dataset);
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    Predictions seen = snapshot.predictions(train);
    for (Split split : snapshot.splits()) {
      if (split.name().equals(train.name())) {
        continue;
      }
      Predictions held = snapshot.predictions(split);
      recorder.number(split.name() + "/generalization-gap", Scores.loss(held) - Scores.loss(seen));
      if (classes) {
        recorder.number(
            split.name() + "/accuracy-gap", Scores.accuracy(seen) - Scores.accuracy(held));
      }
    }
  }
}
