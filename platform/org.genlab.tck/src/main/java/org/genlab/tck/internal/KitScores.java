package org.genlab.tck.internal;

import jakarta.inject.Inject;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;

/** Loss and accuracy, under their usual names. */
@Plugin(
    kind = Kind.METRIC,
    id = KitScores.ID,
    version = "1.0.0",
    summary = "Loss and accuracy, for tests of other plugins")
public final class KitScores implements Metric {
  static final String ID = "tck-scores";

  @Inject
  public KitScores() {}

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    for (Split split : snapshot.splits()) {
      Predictions predictions = snapshot.predictions(split);
      float[] losses = predictions.losses().toArray();
      double sum = 0;
      for (float loss : losses) {
        sum += loss;
      }
      recorder.number(split.name() + "/loss", sum / losses.length);
      Batch examples = predictions.examples();
      if (examples.has(Batch.TARGET) && examples.isInts(Batch.TARGET)) {
        int[] labels = examples.labels().toArray();
        int[] answers = predictions.logits().argmax().toArray();
        int right = 0;
        int counted = 0;
        for (int i = 0; i < labels.length; i++) {
          counted += labels[i] >= 0 ? 1 : 0;
          right += labels[i] >= 0 && labels[i] == answers[i] ? 1 : 0;
        }
        recorder.number(split.name() + "/accuracy", (double) right / Math.max(1, counted));
      }
      double[] each = new double[losses.length];
      for (int i = 0; i < each.length; i++) {
        each[i] = losses[i];
      }
      recorder.array(split.name() + "/losses", each);
    }
  }
}
